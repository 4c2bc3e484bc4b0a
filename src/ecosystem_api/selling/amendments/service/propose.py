"""Propose to change a submitted registration: the book decides at once, or says that a person will."""

from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.rules import is_material
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments import store
from ecosystem_api.selling.amendments.domain import LIFECYCLE
from ecosystem_api.selling.amendments.errors import NothingAmended
from ecosystem_api.selling.amendments.events import AmendmentProposed, AmendmentSuperseded
from ecosystem_api.selling.amendments.schemas import AmendmentCreate, AmendmentRead
from ecosystem_api.selling.amendments.service.read import SUBJECT, read_amendment, tell
from ecosystem_api.selling.amendments.service.settle import NEWS, judge, open_case, weigh
from ecosystem_api.selling.amendments.tables import AmendmentRow
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.schemas import DealUpdate
from ecosystem_api.selling.deals.service import Proposal
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import plain_evidence
from ecosystem_api.selling.reviews import service as reviews


async def propose(tx: Tx, who: Caller, deal_id: UUID, body: AmendmentCreate, if_match: str | None) -> AmendmentRead:
    """Propose to change a submitted registration; the book in force decides.

    Edges: what the book calls material is judged twice: whether it may be amended, and whether the registration that
    comes of it would be approved. An undecided proposal about the same field gives way to this one.
    Errors: `NotFound`, `NotAmendable`, `PreconditionFailed`, `NothingAmended`, `ClaimHeld`, `UnknownProduct`,
    `CustomFieldNotWritable`, `InvalidRequest` for an unknown account and for what a custom field does not take; in
    describing a customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    proposal = await deals.propose(tx, who, deal_id, body.changes, if_match)
    if not proposal.changes:
        fault = FieldError("/changes", "nothing_amended", "The registration has these values already.")
        raise NothingAmended(errors=[fault])
    parameters = await engagement.parameters_in_force(tx)
    row = _row(tx, who, proposal, body, is_material(parameters, proposal.fields, proposal.amount_percent))
    writes = Writes()
    gathered = await weigh(tx, row, proposal)
    judgement, standing = await judge(tx, who, row, proposal, gathered, writes)
    store.add(writes, row)
    await _supersede(tx, who, writes, row)
    tell(writes, tx, who, row, AmendmentProposed)
    if row.status == "in_review":
        await open_case(tx, who, writes, row, proposal, judgement.parameters, judgement.book_number, gathered)
    else:
        tell(writes, tx, who, row, NEWS[row.status])
    await writes.send(tx)
    if row.status == "applied":
        await deals.apply_proposal(tx, who, proposal, gathered, judgement=standing, is_material=row.is_material)
    return await read_amendment(tx, who, row)


def _row(tx: Tx, who: Caller, proposal: Proposal, body: AmendmentCreate, material: bool) -> AmendmentRow:
    return AmendmentRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=proposal.row.partner_id,
        deal_id=proposal.row.id,
        patch=_patch(body.changes, proposal),
        changes=changes_of(proposal),
        is_material=material,
        reason=body.reason,
        evidence=plain_evidence(body.evidence),
        asked_by_partner=who.is_partner,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )


def changes_of(proposal: Proposal) -> list[dict[str, Any]]:
    """Every field that a proposal changes, as the wire tells it."""
    return [{"path": one.pointer, "before": one.before, "after": one.after} for one in proposal.changes]


def _patch(changes: DealUpdate, proposal: Proposal) -> dict[str, Any]:
    """What was sent, with a customer that was described by the id under which it was found or created."""
    patch = changes.model_dump(mode="json", exclude_unset=True, exclude={"customer"})
    if changes.customer is not None:
        patch["account_id"] = encode("acc", proposal.after.account_id)
    return patch


async def _supersede(tx: Tx, who: Caller, writes: Writes, later: AmendmentRow) -> None:
    changed = {change["path"] for change in later.changes}
    for row in await store.lock_undecided(tx, later.deal_id):
        if changed & {change["path"] for change in row.changes}:
            row.status = LIFECYCLE.move(row.status, "supersede")
            touch(row, tx.now)
            store.keep(writes, row)
            await reviews.close_case_of(tx, who, writes, SUBJECT, encode("amd", row.id), "superseded")
            tell(writes, tx, who, row, AmendmentSuperseded)
