"""Let the book decide about an amendment, when it is proposed and where nobody has spoken in time; its case."""

from typing import Any

from ecosystem_api.kernel.ids import encode
from ecosystem_api.rules import Parameters, approvals_needed, review_time
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments.domain import AFTER_OUTCOME
from ecosystem_api.selling.amendments.events import (
    AmendmentApplied,
    AmendmentNews,
    AmendmentRefused,
    AmendmentReturned,
)
from ecosystem_api.selling.amendments.service.read import SUBJECT
from ecosystem_api.selling.amendments.tables import AmendmentRow
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import Evidence
from ecosystem_api.selling.engagement.service import Judgement
from ecosystem_api.selling.reviews import service as reviews

AMEND, SUBMIT = "deal_registration.amend", "deal_registration.submit"
NEWS: dict[str, type[AmendmentNews]] = {
    "applied": AmendmentApplied,
    "refused": AmendmentRefused,
    "returned": AmendmentReturned,
}


async def weigh(tx: Tx, row: AmendmentRow, proposal: deals.Proposal) -> deals.Gathered:
    """The facts about the registration as it would be."""
    kinds = {one["kind"] for one in row.evidence}
    return await deals.weigh_proposal(tx, proposal, evidence=kinds, is_material=row.is_material)


def about_amendment(row: AmendmentRow, gathered: deals.Gathered, writes: Writes) -> dict[str, Any]:
    """What each decision about an amendment is made of."""
    return {
        "subject_id": encode("deal", row.deal_id),
        "partner_id": row.partner_id,
        "facts": gathered.facts,
        "evidence": {**gathered.evidence, "amendment": {"id": encode("amd", row.id)}},
        "given": [Evidence.model_validate(one) for one in row.evidence],
        "writes": writes,
    }


async def judge(
    tx: Tx,
    who: Caller,
    row: AmendmentRow,
    proposal: deals.Proposal,
    gathered: deals.Gathered,
    writes: Writes,
    *,
    is_silent: bool = False,
) -> tuple[Judgement, Judgement | None]:
    """Let the book in force decide about an amendment: its decision, and the one that then stands about a protected
    registration, if that is judged again.

    Edges: where nobody has spoken in time (`is_silent`), what is for a person is approved.
    """
    about = about_amendment(row, gathered, writes) | {"is_silent": is_silent}
    judgement, standing = await engagement.judge(tx, who, action=AMEND, **about), None
    if judgement.outcome == "approve" and row.is_material and proposal.is_protected:
        judgement = standing = await engagement.judge(tx, who, action=SUBMIT, **about)
    row.status = AFTER_OUTCOME[judgement.outcome]
    note(tx, row, judgement)
    if judgement.outcome == "review":
        row.decided_at = None
    return judgement, standing


def note(tx: Tx, row: AmendmentRow, judgement: Judgement) -> None:
    """Put what was decided, and why, where its reader looks first."""
    row.reasons, row.remedies = list(judgement.reasons), list(judgement.remedies)
    row.decision_id, row.decided_at = judgement.decision_id, tx.now


async def open_case(
    tx: Tx,
    who: Caller,
    writes: Writes,
    row: AmendmentRow,
    proposal: deals.Proposal,
    book: Parameters,
    book_number: int,
    gathered: deals.Gathered,
) -> None:
    """Let a person decide; two, where a protected registration would then be above the amount of the book."""
    case = reviews.Case(
        subject_type=SUBJECT,
        subject_id=encode("amd", row.id),
        partner_id=row.partner_id,
        reasons=row.reasons,
        decision_id=row.decision_id,
        parameters=book,
        book_number=book_number,
        time=review_time(book, gathered.facts),
        approvals=approvals_needed(book, gathered.facts) if proposal.is_protected else 1,
    )
    await reviews.open_case(tx, who, writes, case)
