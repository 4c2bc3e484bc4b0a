"""Answers that PostgreSQL writes itself: the JSON of a resource as one SELECT, sent as it comes.

A room says in its `store.py` how each field of its Read schema is made where it is not the column of the same name
(`answer`), and which filters and orders its list knows (`Listing`). What a statement looks like is worked out once per
shape and kept as text. Every answer of a resource is made from the same definition: one read, a page, and what a write
gives back.
"""

from ecosystem_api.runtime.reading.expand import Expansion, expand_all
from ecosystem_api.runtime.reading.listing import Fields, Found, Listing, Order, texts
from ecosystem_api.runtime.reading.shape import View, answer, chosen_fields, view_of
from ecosystem_api.runtime.reading.sql import (
    child_list,
    child_object,
    gathered,
    instant,
    members_among,
    money,
    typed_id,
    values_of,
    with_absent,
)
from ecosystem_api.runtime.reading.written import Written, by_content, finish, page, part, put, whole

__all__ = [
    "Expansion",
    "Fields",
    "Found",
    "Listing",
    "Order",
    "View",
    "Written",
    "answer",
    "by_content",
    "child_list",
    "child_object",
    "chosen_fields",
    "expand_all",
    "finish",
    "gathered",
    "instant",
    "members_among",
    "money",
    "page",
    "part",
    "put",
    "texts",
    "typed_id",
    "values_of",
    "view_of",
    "whole",
    "with_absent",
]
