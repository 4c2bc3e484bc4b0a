"""Answers that are written already: their bytes as they are, with their ETag and the links of a page."""

from typing import Annotated, Protocol

from fastapi import Query, Response

FieldNames = Annotated[
    str | None,
    Query(
        max_length=1000,
        description="Only these fields of each, separated by commas; `id` always comes along.",
    ),
]


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
    response.raw_headers = [
        (b"content-length", str(len(written.content)).encode()),
        (b"content-type", b"application/json"),
        (b"etag", written.etag.encode()),
        *said,
    ]
    response.status_code = 200
    return response
