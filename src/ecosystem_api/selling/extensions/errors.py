"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict


class ExtensionPending(Conflict):
    """An extension of this protection is being decided already; there is one at a time.

    Wait for its decision, or withdraw it and ask anew.
    """

    code = "extension_pending"
    title = "Extension pending"
