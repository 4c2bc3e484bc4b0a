"""Use cases of engagement, by verb: keep the book in force, judge by it, explain what was decided."""

from ecosystem_api.selling.engagement.service.books import book_in_force, open_first_book, read_book, render_book
from ecosystem_api.selling.engagement.service.explain import (
    get_decision,
    latest_decision,
    list_decisions,
    verify_decision,
)
from ecosystem_api.selling.engagement.service.judge import Judgement, decide_as_person, judge, preview

__all__ = [
    "Judgement",
    "book_in_force",
    "decide_as_person",
    "get_decision",
    "judge",
    "latest_decision",
    "list_decisions",
    "open_first_book",
    "preview",
    "read_book",
    "render_book",
    "verify_decision",
]
