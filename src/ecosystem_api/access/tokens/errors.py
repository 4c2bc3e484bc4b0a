"""Refusals of the token endpoint, in the words of RFC 6749 section 5.2."""

from ecosystem_api.kernel.oauth import OAuthProblem


class InvalidTokenRequest(OAuthProblem):
    """The token request lacks a parameter or repeats one."""

    code = "invalid_token_request"


class InvalidClient(OAuthProblem):
    """The client is unknown, its secret or its assertion is wrong, or it was revoked."""

    status = 401
    code = "invalid_client"
    title = "Client not authenticated"
    error = "invalid_client"


class ClientKeysUnavailable(OAuthProblem):
    """The client's keys cannot be fetched from its jwks_uri at the moment."""

    status = 503
    code = "client_keys_unavailable"
    title = "Client keys unavailable"
    error = "temporarily_unavailable"
    retryable = True


class UnsupportedGrantType(OAuthProblem):
    """Only the grant types client_credentials and token exchange are served."""

    code = "unsupported_grant_type"
    title = "Grant type not supported"
    error = "unsupported_grant_type"


class InvalidScope(OAuthProblem):
    """A requested scope is unknown or beyond what the client holds."""

    code = "invalid_scope"
    title = "Scope refused"
    error = "invalid_scope"


class InvalidTarget(OAuthProblem):
    """A token was asked for another service than this one."""

    code = "invalid_target"
    title = "Target refused"
    error = "invalid_target"


class UnauthorizedClient(OAuthProblem):
    """This client may not end a token that was issued to another.

    Ask with the client that the token was issued to, or have an admin revoke that client.
    """

    code = "unauthorized_client"
    title = "Client not authorised"
    error = "unauthorized_client"
