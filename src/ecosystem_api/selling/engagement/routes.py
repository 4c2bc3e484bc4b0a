"""Paths of the rule book in force and of decisions."""

from typing import Annotated

from fastapi import Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, room_router
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.schemas import (
    DecisionId,
    DecisionRead,
    Outcome,
    PartnerRef,
    RuleBookRead,
    VerificationRead,
)

router = room_router("engagement")
_OTHER_FORMS = {
    "text/markdown": {"schema": {"type": "string"}, "example": "# Rules of engagement\n"},
    "text/html": {"schema": {"type": "string"}, "example": "<article><h1>Rules of engagement</h1></article>"},
}


@router.get(
    "/v1/rules-of-engagement",
    response_model=RuleBookRead,
    responses={200: {"content": _OTHER_FORMS, "description": "The book, in the form that `Accept` asks for."}},
)
async def read_rules(
    tx: CurrentTx,
    response: Response,
    who: Annotated[Caller, allow("rules:read")],
    as_of: Annotated[Instant | None, Query(description="The book in force at this instant; now by default.")] = None,
    accept: Annotated[str, Header(description="application/json, text/markdown or text/html.")] = "application/json",
) -> RuleBookRead | Response:
    """Read the rules by which deals are decided, as JSON, Markdown or HTML made from the same data."""
    for media_type, form in (("text/markdown", PlainTextResponse), ("text/html", HTMLResponse)):
        if media_type in accept:
            text = await service.render_book(tx, as_of, media_type)
            return form(text, media_type=media_type)
    book = await service.read_book(tx, as_of)
    response.headers["ETag"] = f'"{book.content_hash}"'
    return book


@router.get("/v1/decisions", response_model=Page[DecisionRead])
async def list_decisions(
    tx: CurrentTx,
    who: Annotated[Caller, allow("decisions:read")],
    paging: Annotated[Paging, Depends()],
    subject_id: Annotated[str | None, Query(description="Only decisions about this resource.", max_length=64)] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only decisions that concern this partner.")] = None,
    outcome: Annotated[Outcome | None, Query(description="Only decisions with this outcome.")] = None,
    kind: Annotated[str | None, Query(description="automatic or human.", pattern="^(automatic|human)$")] = None,
) -> Page[DecisionRead]:
    """List decisions, newest first."""
    return await service.list_decisions(
        tx, paging, subject_id=subject_id, partner_id=partner_id, outcome=outcome, kind=kind
    )


@router.get("/v1/decisions/{decision_id}", response_model=DecisionRead)
async def get_decision(
    decision_id: DecisionId, tx: CurrentTx, who: Annotated[Caller, allow("decisions:read")]
) -> DecisionRead:
    """Read one decision with what every rule said."""
    return await service.get_decision(tx, decision_id)


@router.post("/v1/decisions/{decision_id}/verify", response_model=VerificationRead)
async def verify_decision(
    decision_id: DecisionId, tx: CurrentTx, who: Annotated[Caller, allow("decisions:read")]
) -> VerificationRead:
    """Evaluate a recorded decision again from its snapshot, by the book it was made with."""
    return await service.verify_decision(tx, decision_id)
