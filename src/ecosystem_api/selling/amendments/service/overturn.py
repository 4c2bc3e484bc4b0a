"""An amendment that was refused, or not answered, is contested: what a case needs to know, and what a ruling does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.amendments import store
from ecosystem_api.selling.amendments.domain import LIFECYCLE
from ecosystem_api.selling.amendments.errors import AmendmentStale
from ecosystem_api.selling.amendments.service.decide import make_true
from ecosystem_api.selling.amendments.service.propose import changes_of
from ecosystem_api.selling.amendments.service.settle import weigh
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.schemas import DealUpdate
from ecosystem_api.selling.reviews.domain import UNANSWERED


@dataclass(frozen=True, slots=True)
class Contested:
    """An amendment as far as a case about its refusal needs to know it.

    Shape: `unanswered_at` is when it ended because nobody had answered; None where that is not how it ended.
    """

    amendment_id: UUID
    deal_id: UUID
    status: str
    decision_id: UUID
    unanswered_at: datetime | None


async def find_contested(
    tx: Tx, *, amendment_id: UUID | None = None, decision_id: UUID | None = None
) -> Contested | None:
    """An amendment by its id, or by the decision that stands about it, as far as the caller may see it."""
    row = await (store.find_amendment(tx, amendment_id) if amendment_id else store.find_decided(tx, decision_id))
    if row is None:
        return None
    is_unanswered = row.status == "lapsed" and row.reasons == [UNANSWERED]
    return Contested(row.id, row.deal_id, row.status, row.decision_id, row.updated_at if is_unanswered else None)


async def approvals_for(tx: Tx, amendment_id: UUID) -> int:
    """How many people must sign that a refused amendment applies: by the amount that the registration then has.

    Errors: `NotFound`.
    """
    row = await store.find_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    after = next((change["after"] for change in row.changes if change["path"] == "/amount"), None)
    amount = Money.parse(after["amount"], after["currency"]) if after else None
    return await deals.approvals_for(tx, row.deal_id, amount)


async def apply_by_ruling(tx: Tx, who: Caller, amendment_id: UUID, ruling: deals.Ruling) -> str:
    """Make the registration what was refused, or not answered: `amended`, or `none` where it is not amended any more.

    Edges: as of the ruling; what another holds by now is not claimed.
    Errors: `NotFound`, `AmendmentStale` where a value that it names is another by now, `ClaimHeld`.
    """
    found = await store.find_amendment(tx, amendment_id)
    if found is None:
        raise NotFound()
    await deals.hold_in_turn(tx, found.deal_id)
    row = await store.lock_amendment(tx, amendment_id)
    if row is None or "overturn" not in LIFECYCLE.allowed(row.status):
        return "none"
    if not await deals.is_amendable(tx, found.deal_id):
        return "none"
    proposal = await deals.propose(tx, who, row.deal_id, DealUpdate.model_validate(row.patch), "*")
    if changes_of(proposal) != row.changes:
        raise AmendmentStale()
    gathered = await weigh(tx, row, proposal)
    said = {"reason": ruling.reason, "remedy": None, "note": ruling.note, "evidence": {"case": ruling.case_id}}
    await make_true(tx, who, row, proposal, gathered, "overturn", said)
    return "amended"
