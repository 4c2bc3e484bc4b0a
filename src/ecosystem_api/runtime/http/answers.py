"""Answers that are written already: their bytes as they are, with their ETag and the links of a page."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Protocol

from fastapi import Query, Request, Response

FIELDS = "fields"
# A type of its own, so that `application/json` always is what its schema says: whole.
PART_TYPE = "application/vnd.ecosystem.part+json"
FieldNames = Annotated[
    str | None,
    Query(
        max_length=1000,
        description="Only these fields of each, separated by commas; `id` always comes along. "
        f"The answer is then of the type `{PART_TYPE}`.",
    ),
]


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Finished(Protocol):
    """What is sent as it is."""

    @property
    def content(self) -> bytes:
        """The JSON."""

    @property
    def etag(self) -> str:
        """Its tag."""


def answered(response: Response, written: Finished) -> Response:
    """The answer to send, with what the request's parts have said in the headers meanwhile."""
    said = [(name, value) for name, value in response.raw_headers if name == b"link"]
    response.body = written.content
    # In place: `response.headers` may have been looked at, and goes on looking at this list.
    response.raw_headers[:] = [
        (b"content-length", str(len(written.content)).encode()),
        (b"content-type", b"application/json"),
        (b"etag", written.etag.encode()),
        *said,
    ]
    response.status_code = 200
    return response


def made(response: Response, location: str, written: Finished) -> Response:
    """The answer about a new resource, which says where it lives."""
    answered(response, written)
    response.raw_headers.append((b"location", location.encode()))
    response.status_code = 201
    return response


def sparing(inner: Handler) -> Handler:
    """Have an operation that takes `fields` say so in the type of what it answers to them."""

    async def handle(request: Request) -> Response:
        response = await inner(request)
        if request.scope["query_string"] and FIELDS in request.query_params:
            response.headers["Content-Type"] = PART_TYPE
        return response

    return handle
