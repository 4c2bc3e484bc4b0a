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
from ecosystem_api.selling.amendments.domain import AFTER_OUTCOME, LIFECYCLE
from ecosystem_api.selling.amendments.errors import NothingAmended
from ecosystem_api.selling.amendments.events import (
    AmendmentApplied,
    AmendmentNews,
    AmendmentProposed,
    AmendmentRefused,
    AmendmentReturned,
    AmendmentSuperseded,
)
from ecosystem_api.selling.amendments.schemas import AmendmentCreate, AmendmentRead
from ecosystem_api.selling.amendments.service.read import read_amendment, tell
from ecosystem_api.selling.amendments.tables import AmendmentRow
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.schemas import DealUpdate
from ecosystem_api.selling.deals.service import Proposal
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import plain_evidence
from ecosystem_api.selling.engagement.service import Judgement

AMEND, SUBMIT = "deal_registration.amend", "deal_registration.submit"
_NEWS: dict[str, type[AmendmentNews]] = {
    "applied": AmendmentApplied,
    "refused": AmendmentRefused,
    "returned": AmendmentReturned,
}


async def propose(tx: Tx, who: Caller, deal_id: UUID, body: AmendmentCreate, if_match: str | None) -> AmendmentRead:
    """Propose to change a submitted registration; the book in force decides.

    Edges: what the book calls material is judged twice: whether it may be amended, and whether the registration that
    comes of it would be approved. An undecided proposal about the same field gives way to this one.
    Errors: `NotFound`, `NotAmendable`, `PreconditionFailed`, `NothingAmended`, `ClaimHeld`, `UnknownProduct`,
    `InvalidRequest` for an unknown account; in describing a customer `AmbiguousIdentifiers`, `IdentifierTaken`,
    `ExternalIdTaken`.
    """
    proposal = await deals.propose(tx, who, deal_id, body.changes, if_match)
    if not proposal.changes:
        fault = FieldError("/changes", "nothing_amended", "The registration has these values already.")
        raise NothingAmended(errors=[fault])
    parameters = await engagement.parameters_in_force(tx)
    material = is_material(parameters, proposal.fields, proposal.amount_percent)
    kinds = {one.kind for one in body.evidence}
    gathered = await deals.weigh_proposal(tx, proposal, evidence=kinds, is_material=material)
    amendment_id, writes = new_uuid(), Writes()
    about: dict[str, Any] = {
        "subject_id": encode("deal", deal_id),
        "partner_id": proposal.row.partner_id,
        "facts": gathered.facts,
        "evidence": {**gathered.evidence, "amendment": {"id": encode("amd", amendment_id)}},
        "given": body.evidence,
        "writes": writes,
    }
    judgement = await engagement.judge(tx, who, action=AMEND, **about)
    standing = None
    if judgement.outcome == "approve" and material and proposal.is_protected:
        judgement = standing = await engagement.judge(tx, who, action=SUBMIT, **about)
    row = _row(tx, who, amendment_id, proposal, body, judgement, material)
    writes.insert(
        AmendmentRow,
        **{
            column.key: getattr(row, column.key)
            for column in AmendmentRow.__table__.columns
            if column.key != "vendor_id"
        },
    )
    await _supersede(tx, who, writes, row)
    for news in (AmendmentProposed, _NEWS.get(row.status)):
        if news is not None:
            tell(writes, tx, who, row, news)
    await writes.send(tx)
    if row.status == "applied":
        await deals.apply_proposal(tx, who, proposal, gathered, judgement=standing, is_material=material)
    return read_amendment(who, row)


def _row(
    tx: Tx,
    who: Caller,
    amendment_id: UUID,
    proposal: Proposal,
    body: AmendmentCreate,
    judgement: Judgement,
    material: bool,
) -> AmendmentRow:
    return AmendmentRow(
        vendor_id=tx.vendor_id,
        id=amendment_id,
        partner_id=proposal.row.partner_id,
        deal_id=proposal.row.id,
        status=AFTER_OUTCOME[judgement.outcome],
        patch=_patch(body.changes, proposal),
        changes=[
            {"path": f"/{change.field}", "before": change.before, "after": change.after} for change in proposal.changes
        ],
        is_material=material,
        reason=body.reason,
        evidence=plain_evidence(body.evidence),
        asked_by_partner=who.is_partner,
        reasons=list(judgement.reasons),
        remedies=list(judgement.remedies),
        decision_id=judgement.decision_id,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        decided_at=None if judgement.outcome == "review" else tx.now,
    )


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
            tell(writes, tx, who, row, AmendmentSuperseded)
