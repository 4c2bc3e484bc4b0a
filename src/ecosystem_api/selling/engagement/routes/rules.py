"""Paths of the rules of engagement as partners read them."""

from typing import Annotated

from fastapi import Depends, Header, Query, Response

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import JSON, VARY, CurrentTx, allow, in_form, machinery_of, preferred, room_router
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.schemas import RuleBookRead

router = room_router("engagement")
JOSE = "application/jose"
_FORMS = {
    "text/markdown": {"schema": {"type": "string"}, "example": "# Rules of engagement\n"},
    "text/html": {"schema": {"type": "string"}, "example": "<article><h1>Rules of engagement</h1></article>"},
    JOSE: {"schema": {"type": "string"}, "example": "eyJhbGciOiJFUzI1NiJ9.eyJudW1iZXIiOjF9.c2lnbmF0dXJl"},
}


@router.get(
    "/v1/rules-of-engagement",
    response_model=RuleBookRead,
    responses={200: {"content": _FORMS, "description": "The book, in the form that `Accept` asks for."}},
)
async def read_rules(
    tx: CurrentTx,
    response: Response,
    who: Annotated[Caller, allow("rules:read")],
    machinery: Annotated[Machinery, Depends(machinery_of)],
    as_of: Annotated[Instant | None, Query(description="The book in force at this instant; now by default.")] = None,
    accept: Annotated[
        str, Header(description="application/json, text/markdown, text/html or application/jose.")
    ] = "application/json",
) -> RuleBookRead | Response:
    """Read the rules by which deals are decided, as JSON, Markdown or HTML made from the same data.

    As `application/jose` the same JSON comes signed: a compact JWS (RFC 7515) with `typ` `rules-of-engagement+jws`,
    verifiable with the keys at /.well-known/jwks.json by anybody who keeps it.
    """
    form = preferred(accept, (JSON, *_FORMS))
    if form not in (JSON, JOSE):
        return in_form(await service.render_book(tx, as_of, form), form)
    book = await service.read_book(tx, as_of)
    if form == JOSE:
        return in_form(service.sign_rules(machinery, tx.vendor_id, book, tx.now), JOSE)
    response.headers.update(VARY)
    response.headers["ETag"] = f'"{book.content_hash}"'
    return book
