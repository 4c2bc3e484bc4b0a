"""Paths of reviews."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from ecosystem_api.access.members.schemas import MemberId
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    IfMatch,
    Page,
    Paging,
    allow,
    answered,
    machinery_of,
    room_router,
    tagged,
)
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.wire import Instant, Key
from ecosystem_api.selling.reviews import service
from ecosystem_api.selling.reviews.schemas import (
    DecidingRole,
    PartnerRef,
    ReviewAssign,
    ReviewDetail,
    ReviewEscalate,
    ReviewExpanded,
    ReviewHold,
    ReviewId,
    ReviewRead,
    ReviewStatus,
)

router = room_router("reviews")
Reader = Annotated[Caller, allow("reviews:read")]
Writer = Annotated[Caller, allow("reviews:write")]
Parts = Annotated[Machinery, Depends(machinery_of)]
Sort = Literal["due_at", "-due_at", "opened_at", "-opened_at"]
Expand = Annotated[
    str | None,
    Query(max_length=100, description="`subject` puts what is reviewed beside its id.", examples=["subject"]),
]
_REVIEW = "/v1/reviews/{review_id}"


@router.get("/v1/reviews", response_model=Page[ReviewExpanded])
async def list_reviews(
    tx: CurrentTx,
    who: Reader,
    response: Response,
    machinery: Parts,
    paging: Annotated[Paging, Depends()],
    status: Annotated[list[ReviewStatus] | None, Query(description="Any of these statuses; repeat it.")] = None,
    assigned_to: Annotated[MemberId | None, Query(description="Only what this member looks after.")] = None,
    unassigned: Annotated[
        bool | None, Query(description="true: only what nobody looks after; false: only what somebody does.")
    ] = None,
    overdue: Annotated[
        bool | None, Query(description="true: only what should have been decided by now; false: leave that out.")
    ] = None,
    due_before: Annotated[Instant | None, Query(description="Only what is due before this instant.")] = None,
    escalated_to: Annotated[DecidingRole | None, Query(description="Only what was last escalated to it.")] = None,
    subject_type: Annotated[Key | None, Query(description="Only about subjects of this type.")] = None,
    subject_id: Annotated[
        str | None, Query(description="Only about the subject of this id.", max_length=100, pattern=r"^[a-z_]+_\w+$")
    ] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only what this partner waits for.")] = None,
    sort: Annotated[Sort, Query(description="Order; a minus sign turns it round.")] = "due_at",
    expand: Expand = None,
) -> Response:
    """List what a person decides or has decided: what is due first comes first."""
    wanted = {
        "status": status[0] if status and len(status) == 1 else None,
        "statuses": status if status and len(status) > 1 else None,
        "assigned_to": assigned_to,
        "unassigned": True if unassigned else None,
        "assigned": True if unassigned is False else None,
        "overdue": True if overdue else None,
        "not_overdue": True if overdue is False else None,
        "due_before": due_before,
        "escalated_to": escalated_to,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "partner_id": partner_id,
    }
    return answered(response, await service.list_reviews(tx, who, paging, wanted, sort, expand, machinery.catalog))


@router.get(_REVIEW, response_model=ReviewDetail)
async def get_review(
    review_id: ReviewId, tx: CurrentTx, response: Response, who: Reader, machinery: Parts, expand: Expand = None
) -> Response:
    """Read one case: its clock, why the rules sent it to a person and on what evidence, and what happened to it."""
    return answered(response, await service.show_review(tx, who, review_id, expand, machinery.catalog))


@router.post(_REVIEW + "/take", response_model=ReviewRead)
async def take_review(
    review_id: ReviewId, tx: CurrentTx, response: Response, who: Writer, machinery: Parts, if_match: IfMatch = None
) -> ReviewRead:
    """Look after a case yourself. A person does this; a machine's credential names one with `assign`."""
    return tagged(response, await service.take(tx, who, review_id, if_match, machinery.catalog))


@router.post(_REVIEW + "/assign", response_model=ReviewRead)
async def assign_review(
    review_id: ReviewId,
    body: ReviewAssign,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Parts,
    if_match: IfMatch = None,
) -> ReviewRead:
    """Have a member who may decide look after a case, or nobody."""
    return tagged(response, await service.assign(tx, who, review_id, body, if_match, machinery.catalog))


@router.post(_REVIEW + "/hold", response_model=ReviewRead)
async def hold_review(
    review_id: ReviewId, body: ReviewHold, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> ReviewRead:
    """Stop the clock for research, as far as the rule book allows. The partner reads that it stands, and why."""
    return tagged(response, await service.hold(tx, who, review_id, body, if_match))


@router.post(_REVIEW + "/resume", response_model=ReviewRead)
async def resume_review(
    review_id: ReviewId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> ReviewRead:
    """Let the clock of a held case run on before its hold ends by itself."""
    return tagged(response, await service.resume(tx, who, review_id, if_match))


@router.post(_REVIEW + "/escalate", response_model=ReviewRead)
async def escalate_review(
    review_id: ReviewId, body: ReviewEscalate, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> ReviewRead:
    """Have everybody in a role hear of a case."""
    return tagged(response, await service.escalate(tx, who, review_id, body, if_match))
