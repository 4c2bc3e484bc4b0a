"""Refusals of the token endpoint, in the words of RFC 6749 section 5.2, and of credentials."""

from typing import Any, ClassVar

from ecosystem_api.kernel.problem import Conflict, Forbidden, Problem


class OAuthProblem(Problem):
    """The token request was refused; `error` is the code that OAuth clients understand."""

    status = 400
    code = "oauth_error"
    title = "Token request refused"
    error: ClassVar[str] = "invalid_request"

    def __init__(self, detail: str | None = None, **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)
        self.extra = {"error": self.error, "error_description": self.detail, **self.extra}


class InvalidTokenRequest(OAuthProblem):
    """The token request lacks a parameter or repeats one."""

    code = "invalid_token_request"


class InvalidClient(OAuthProblem):
    """The client is unknown, its secret is wrong, or it was revoked."""

    status = 401
    code = "invalid_client"
    title = "Client not authenticated"
    error = "invalid_client"


class UnsupportedGrantType(OAuthProblem):
    """Only the grant type client_credentials is served."""

    code = "unsupported_grant_type"
    title = "Grant type not supported"
    error = "unsupported_grant_type"


class InvalidScope(OAuthProblem):
    """A requested scope is unknown or beyond what the client holds."""

    code = "invalid_scope"
    title = "Scope refused"
    error = "invalid_scope"


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
