"""Paths of rule books as their authors write them."""

from typing import Annotated, Literal

from fastapi import Depends, Header, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    JSON,
    VARY,
    CurrentTx,
    IfMatch,
    Page,
    Paging,
    allow,
    created,
    in_form,
    preferred,
    room_router,
    tagged,
)
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.schemas import (
    RuleBookAuthorRead,
    RuleBookCreate,
    RuleBookDiffRead,
    RuleBookId,
    RuleBookPublish,
    RuleBookUpdate,
    ValidationRead,
)

router = room_router("engagement")
Reader = Annotated[Caller, allow("rule-books:read")]
Writer = Annotated[Caller, allow("rule-books:write")]
Publisher = Annotated[Caller, allow("rule-books:publish")]
_FORMS = {
    "text/markdown": {"schema": {"type": "string"}, "example": "# Rules of engagement\n"},
    "text/html": {"schema": {"type": "string"}, "example": "<article><h1>Rules of engagement</h1></article>"},
}


@router.post("/v1/rule-books", status_code=201, response_model=RuleBookAuthorRead)
async def create_draft(body: RuleBookCreate, tx: CurrentTx, response: Response, who: Writer) -> RuleBookAuthorRead:
    """Begin a draft from the book in force, or from another one."""
    read = await service.create_draft(tx, who, body)
    return created(response, f"/v1/rule-books/{encode('rb', read.id)}", read)


@router.get("/v1/rule-books", response_model=Page[RuleBookAuthorRead])
async def list_books(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[
        Literal["draft", "published", "retired"] | None, Query(description="Only books in this state.")
    ] = None,
) -> Page[RuleBookAuthorRead]:
    """List rule books in any state, newest first."""
    return await service.list_books(tx, paging, status)


@router.get(
    "/v1/rule-books/{rule_book_id}",
    response_model=RuleBookAuthorRead,
    responses={200: {"content": _FORMS, "description": "The book, in the form that `Accept` asks for."}},
)
async def get_book(
    rule_book_id: RuleBookId,
    tx: CurrentTx,
    response: Response,
    who: Reader,
    accept: Annotated[str, Header(description="application/json, text/markdown or text/html.")] = "application/json",
) -> RuleBookAuthorRead | Response:
    """Read a rule book in any state; as Markdown or HTML, as partners would read it."""
    form = preferred(accept, (JSON, *_FORMS))
    if form != JSON:
        return in_form(await service.render_one(tx, rule_book_id, form), form)
    response.headers.update(VARY)
    return tagged(response, await service.get_book(tx, rule_book_id))


@router.patch("/v1/rule-books/{rule_book_id}", response_model=RuleBookAuthorRead)
async def update_draft(
    rule_book_id: RuleBookId,
    body: RuleBookUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> RuleBookAuthorRead:
    """Change a draft. Lists are replaced whole; parameters are changed one by one."""
    return tagged(response, await service.update_draft(tx, rule_book_id, body, if_match))


@router.post("/v1/rule-books/{rule_book_id}/validate", response_model=ValidationRead)
async def validate_draft(rule_book_id: RuleBookId, tx: CurrentTx, who: Reader) -> ValidationRead:
    """Find everything that keeps a book from being published: faults by line and column, golden cases that fail."""
    return await service.validate_draft(tx, rule_book_id)


@router.get("/v1/rule-books/{rule_book_id}/diff", response_model=RuleBookDiffRead)
async def compare_books(
    rule_book_id: RuleBookId,
    tx: CurrentTx,
    who: Reader,
    against: Annotated[
        RuleBookId | None,
        Query(description="The book to compare with; by default the one it began from, or followed."),
    ] = None,
) -> RuleBookDiffRead:
    """Read what changed in a rule book, rule by rule and parameter by parameter."""
    return await service.compare(tx, rule_book_id, against)


@router.post("/v1/rule-books/{rule_book_id}/publish", response_model=RuleBookAuthorRead)
async def publish_book(
    rule_book_id: RuleBookId,
    body: RuleBookPublish,
    tx: CurrentTx,
    response: Response,
    who: Publisher,
    if_match: IfMatch = None,
) -> RuleBookAuthorRead:
    """Let a draft decide from an instant on, now or later.

    It has to be without faults and to pass its golden cases. It is tried on the decisions of the last 90 days (the
    newest 2,000); when it would have made more of them otherwise than the book in force allows, a reason is needed.
    What was decided stays decided.
    """
    return tagged(response, await service.publish_book(tx, who, rule_book_id, body, if_match))


@router.post("/v1/rule-books/{rule_book_id}/retire", response_model=RuleBookAuthorRead)
async def retire_book(
    rule_book_id: RuleBookId, tx: CurrentTx, response: Response, who: Publisher, if_match: IfMatch = None
) -> RuleBookAuthorRead:
    """Give up a draft, or a book that is not in force yet: then the book before it stays in force."""
    return tagged(response, await service.retire_book(tx, who, rule_book_id, if_match))
