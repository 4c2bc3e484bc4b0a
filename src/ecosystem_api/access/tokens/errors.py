"""Refusals of the token endpoint, in the words of RFC 6749 section 5.2."""

from typing import Any, ClassVar

from ecosystem_api.kernel.problem import Problem


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
