"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class IdentifierTaken(Conflict):
    """A domain or a number names another account already; one identifier names one account.

    Use another value, or the resource that has this one.
    """

    code = "identifier_taken"
    title = "Identifier taken"


class ExternalIdTaken(Conflict):
    """Another account has this id in that system already.

    Use another value, or the resource that has this one.
    """

    code = "external_id_taken"
    title = "External id taken"


class AccountCycle(Conflict):
    """An account cannot be its own parent, directly or through others."""

    code = "account_cycle"
    title = "Account hierarchy has a cycle"


class FamilyTooLong(Conflict):
    """A line of a family, from an account up to the one that belongs to no other, has a largest length."""

    code = "family_too_long"
    title = "Line of the family is too long"


class ParentOverlaps(Conflict):
    """On any day an account belongs to one other at most.

    End the relation that holds on these days, or choose other days.
    """

    code = "parent_overlaps"
    title = "Another parent on these days"


class SpanEmpty(InvalidRequest):
    """What holds from a day until another holds on one day at least: the end lies behind the beginning."""

    code = "span_empty"
    title = "No day in the span"


class AliasKnown(Conflict):
    """An account has a name once, whatever was decided about it; spellings that compare alike are one name."""

    code = "alias_known"
    title = "Name known already"


class AlreadyDecided(Conflict):
    """What is confirmed or refused already cannot be so once more."""

    code = "already_decided"
    title = "Already decided"
