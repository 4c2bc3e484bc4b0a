"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict


class ContactEmailTaken(Conflict):
    """Another contact of this partner has this e-mail address."""

    code = "contact_email_taken"
    title = "E-mail address taken"
