"""The door: what every request passes before a room sees it, and every answer before it leaves."""

from ecosystem_api.runtime.http.answers import FieldNames, answered, made
from ecosystem_api.runtime.http.door import (
    CurrentTx,
    Door,
    Takes,
    allow,
    answer_later,
    machinery_of,
    public,
    room_router,
    with_caller,
)
from ecosystem_api.runtime.http.farewell import deprecated
from ecosystem_api.runtime.http.forms import JSON, VARY, in_form, preferred
from ecosystem_api.runtime.http.paging import Page, Paging, page_of
from ecosystem_api.runtime.http.preconditions import IfMatch, created, expect_version, tagged

__all__ = [
    "JSON",
    "VARY",
    "CurrentTx",
    "Door",
    "FieldNames",
    "IfMatch",
    "Page",
    "Paging",
    "Takes",
    "allow",
    "answer_later",
    "answered",
    "created",
    "deprecated",
    "expect_version",
    "in_form",
    "machinery_of",
    "made",
    "page_of",
    "preferred",
    "public",
    "room_router",
    "tagged",
    "with_caller",
]
