"""Versions: an answer carries its ETag, a write says which version it was based on."""

import re
from typing import Annotated, Protocol, TypeVar

from fastapi import Header, Response

from ecosystem_api.kernel.problem import FieldError, InvalidRequest, PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'^(?:W/)?"v(\d{1,18})(?:-[a-z0-9.-]{1,60})?"$')

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the version this write is based on, or `*` to write whatever the version.",
        examples=['"v3"'],
    ),
]


def expect_version(if_match: str | None, version: int, *, is_dry_run: bool = False) -> None:
    """Refuse a write based on another version than the present one.

    Edges: `*` matches any; what an answer's tag adds to the version does not count. A dry run changes nothing and needs
    no header; one that is sent is checked all the same.
    Errors: `PreconditionRequired` without a header, `PreconditionFailed` when stale.
    """
    if if_match is None:
        if is_dry_run:
            return
        raise PreconditionRequired(current_etag=f'"v{version}"')
    if if_match.strip() == "*":
        return
    found = _TAG.match(if_match.strip())
    if not found:
        raise InvalidRequest(errors=[FieldError("If-Match", "invalid_etag", 'An ETag of ours, such as "v3", or *.')])
    if int(found.group(1)) != version:
        raise PreconditionFailed(current_etag=f'"v{version}"')


def is_held(if_none_match: str, tag: str) -> bool:
    """Whether a client that sent these tags, or `*`, holds the answer of this tag.

    Edges: weak and strong tags are the same here, as for every read; proxies weaken the tags of what they compress.
    Source: RFC 9110, sections 8.8.3.2 and 13.1.2.
    """
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in held or tag.removeprefix("W/") in held


class Versioned(Protocol):
    """An answer that knows its version."""

    version: int


Answer = TypeVar("Answer", bound=Versioned)


def tagged(response: Response, read: Answer) -> Answer:
    """Put the version of an answer into its ETag; give the answer back.

    Edges: an answer that can change without a new version adds what moves, as `tag_suffix`.
    """
    response.headers["ETag"] = f'"v{read.version}{getattr(read, "tag_suffix", "")}"'
    return read


def created(response: Response, location: str, read: Answer) -> Answer:
    """Say where a new resource lives and its version; give the answer back."""
    response.headers["Location"] = location
    return tagged(response, read)
