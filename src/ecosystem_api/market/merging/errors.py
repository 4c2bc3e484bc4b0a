"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


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
