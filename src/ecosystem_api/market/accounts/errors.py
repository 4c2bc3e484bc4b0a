"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict


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


class AmbiguousIdentifiers(Conflict):
    """The description names more than one known account; leave out what belongs to another company."""

    code = "ambiguous_identifiers"
    title = "Identifiers of several accounts"
