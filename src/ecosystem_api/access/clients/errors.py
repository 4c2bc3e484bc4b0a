"""Refusals of credentials."""

from ecosystem_api.kernel.problem import Conflict, Forbidden


class ScopesNotGrantable(Forbidden):
    """A credential hands on what it holds itself and nothing beyond; `permissions` names what it lacks."""

    code = "scopes_not_grantable"
    title = "Scopes not grantable"


class ClientRevokedAlready(Conflict):
    """The credential was revoked; make a new one.

    Make a new credential with POST /v1/clients.
    """

    code = "client_revoked"
    title = "Credential revoked"
