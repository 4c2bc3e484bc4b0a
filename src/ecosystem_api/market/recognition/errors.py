"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict


class AmbiguousIdentifiers(Conflict):
    """The description names more than one known account; leave out what belongs to another company.

    Only the vendor's side is told so.
    """

    code = "ambiguous_identifiers"
    title = "Identifiers of several accounts"
