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


class AccountMergeConflicts(Conflict):
    """Both accounts have what only one may have, so nothing moved; `conflicts` lists it all.

    Mend what `conflicts` names, for one of the two, and ask again.
    """

    code = "account_merge_conflicts"
    title = "Accounts have conflicts"


class NotMergedHere(InvalidRequest):
    """Only an account that was merged into this one can be restored from it."""

    code = "not_merged_here"
    title = "Not merged into this account"


class NotOfThisAccount(InvalidRequest):
    """What leaves an account is part of it; `errors` names what is not."""

    code = "not_of_this_account"
    title = "Not of this account"


class AmbiguousIdentifiers(Conflict):
    """The description names more than one known account; leave out what belongs to another company."""

    code = "ambiguous_identifiers"
    title = "Identifiers of several accounts"
