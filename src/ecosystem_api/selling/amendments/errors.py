"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class NothingAmended(InvalidRequest):
    """An amendment changes at least one field; the registration has these values already.

    Read the registration, and send what should be otherwise.
    """

    code = "nothing_amended"
    title = "Nothing amended"


class AmendmentStale(Conflict):
    """The registration has changed since the amendment was proposed: a value that it names is another now.

    Propose the amendment anew; that takes the place of this one.
    """

    code = "amendment_stale"
    title = "Amendment stale"
