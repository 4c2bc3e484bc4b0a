"""Use cases of conflicts, by verb: take what the CRM tells, match it with claims, make good, read."""

from ecosystem_api.cosell.conflicts.service.match import rematch_account
from ecosystem_api.cosell.conflicts.service.put import bulk_opportunity, put_opportunity
from ecosystem_api.cosell.conflicts.service.read import (
    get_conflict,
    get_opportunity,
    list_conflicts,
    list_opportunities,
)
from ecosystem_api.cosell.conflicts.service.settle import (
    accept,
    choose,
    confirm,
    contest,
    dismiss,
    note_overdue,
    overrule,
    prove,
)

__all__ = [
    "accept",
    "bulk_opportunity",
    "choose",
    "confirm",
    "contest",
    "dismiss",
    "get_conflict",
    "get_opportunity",
    "list_conflicts",
    "list_opportunities",
    "note_overdue",
    "overrule",
    "prove",
    "put_opportunity",
    "rematch_account",
]
