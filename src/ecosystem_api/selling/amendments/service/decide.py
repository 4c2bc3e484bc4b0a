"""End an undecided amendment: a person decides, whoever proposed takes it back, or the registration ends first."""

from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments import store
from ecosystem_api.selling.amendments.domain import LIFECYCLE
from ecosystem_api.selling.amendments.errors import AmendmentStale
from ecosystem_api.selling.amendments.events import (
    AmendmentApplied,
    AmendmentLapsed,
    AmendmentRefused,
    AmendmentWithdrawn,
)
from ecosystem_api.selling.amendments.schemas import AmendmentAccept, AmendmentRead, AmendmentRefuse
from ecosystem_api.selling.amendments.service.propose import AMEND, SUBMIT
from ecosystem_api.selling.amendments.service.read import actions_of, read_amendment, tell
from ecosystem_api.selling.amendments.tables import AmendmentRow
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.schemas import DealUpdate
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import Evidence
from ecosystem_api.selling.engagement.service import Judgement


async def accept(tx: Tx, who: Caller, amendment_id: UUID, body: AmendmentAccept, if_match: str | None) -> AmendmentRead:
    """Make the registration what was proposed.

    Edges: where it is protected and the change material, the decision stands for the registration as well.
    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NotAmendable`, `AmendmentStale`, `ClaimHeld`.
    """
    deal_id = await _deal_of(tx, amendment_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, amendment_id, "accept", if_match)
    proposal = await deals.propose(tx, who, deal_id, DealUpdate.model_validate(row.patch), "*")
    now = [{"path": f"/{one.field}", "before": one.before, "after": one.after} for one in proposal.changes]
    if now != row.changes:
        raise AmendmentStale()
    writes = Writes()
    kinds = {one["kind"] for one in row.evidence}
    gathered = await deals.weigh_proposal(tx, proposal, evidence=kinds, is_material=row.is_material)
    about = _about(row, gathered.facts, gathered.evidence, body, writes)
    judgement = await engagement.decide_as_person(tx, who, action=AMEND, outcome="approve", **about)
    standing = None
    if row.is_material and proposal.is_protected:
        standing = await engagement.decide_as_person(tx, who, action=SUBMIT, outcome="approve", **about)
    _note(tx, row, "accept", judgement)
    store.keep(writes, row)
    tell(writes, tx, who, row, AmendmentApplied)
    await writes.send(tx)
    await deals.apply_proposal(tx, who, proposal, gathered, judgement=standing, is_material=row.is_material)
    return read_amendment(who, row)


async def refuse(tx: Tx, who: Caller, amendment_id: UUID, body: AmendmentRefuse, if_match: str | None) -> AmendmentRead:
    """Leave the registration as it is, with a reason and a remedy.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NotAmendable`.
    """
    deal_id = await _deal_of(tx, amendment_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, amendment_id, "refuse", if_match)
    proposal = await deals.propose(tx, who, deal_id, DealUpdate.model_validate(row.patch), "*")
    writes = Writes()
    kinds = {one["kind"] for one in row.evidence}
    gathered = await deals.weigh_proposal(tx, proposal, evidence=kinds, is_material=row.is_material)
    about = _about(row, gathered.facts, gathered.evidence, body, writes)
    judgement = await engagement.decide_as_person(tx, who, action=AMEND, outcome="reject", **about)
    _note(tx, row, "refuse", judgement)
    store.keep(writes, row)
    tell(writes, tx, who, row, AmendmentRefused)
    await writes.send(tx)
    return read_amendment(who, row)


async def withdraw(tx: Tx, who: Caller, amendment_id: UUID, if_match: str | None) -> AmendmentRead:
    """Take a proposal back. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row = await _undecided(tx, who, amendment_id, "withdraw", if_match)
    writes = Writes()
    row.status = LIFECYCLE.move(row.status, "withdraw")
    touch(row, tx.now)
    store.keep(writes, row)
    tell(writes, tx, who, row, AmendmentWithdrawn)
    await writes.send(tx)
    return read_amendment(who, row)


async def lapse(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """End the proposals about a registration that is not amended any more; nothing happens where it is."""
    await deals.hold_deal(tx, deal_id)
    if await deals.is_amendable(tx, deal_id):
        return
    writes = Writes()
    for row in await store.lock_undecided(tx, deal_id):
        row.status = LIFECYCLE.move(row.status, "lapse")
        touch(row, tx.now)
        store.keep(writes, row)
        tell(writes, tx, who, row, AmendmentLapsed)
    await writes.send(tx)


async def _deal_of(tx: Tx, amendment_id: UUID) -> UUID:
    row = await store.find_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    return row.deal_id


async def _undecided(tx: Tx, who: Caller, amendment_id: UUID, action: str, if_match: str | None) -> AmendmentRow:
    # Locked after the customer and the registration, always in this order.
    row = await store.lock_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    if action not in LIFECYCLE.allowed(row.status):
        raise IllegalMove(f"This amendment is {row.status} already.", allowed_actions=actions_of(who, row))
    expect_version(if_match, row.version)
    return row


def _about(
    row: AmendmentRow, facts: Any, evidence: Any, body: AmendmentAccept | AmendmentRefuse, writes: Writes
) -> dict[str, Any]:
    return {
        "subject_id": encode("deal", row.deal_id),
        "partner_id": row.partner_id,
        "facts": facts,
        "evidence": {**evidence, "amendment": {"id": encode("amd", row.id)}},
        "given": [Evidence.model_validate(one) for one in row.evidence],
        "reason": body.reason,
        "remedy": getattr(body, "remedy", None),
        "note": body.note,
        "writes": writes,
    }


def _note(tx: Tx, row: AmendmentRow, action: str, judgement: Judgement) -> None:
    row.status = LIFECYCLE.move(row.status, action)
    row.reasons, row.remedies = list(judgement.reasons), list(judgement.remedies)
    row.decision_id, row.decided_at = judgement.decision_id, tx.now
    touch(row, tx.now)
