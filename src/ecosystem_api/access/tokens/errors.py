"""Refusals of the token endpoint, in the words of RFC 6749 section 5.2."""

from ecosystem_api.kernel.oauth import OAuthProblem


class InvalidTokenRequest(OAuthProblem):
    """The token request lacks a parameter or repeats one.

    Send `grant_type` and what it needs, each once, as a form: for a client `grant_type=client_credentials`.
    """

    code = "invalid_token_request"


class InvalidClient(OAuthProblem):
    """The client is unknown, its secret or its assertion is wrong, or it was revoked.

    Check `client_id` and `client_secret`, by HTTP Basic or in the form, in one of the two. If they are right, the
    credential was revoked or its secret replaced: ask an admin for a new one.
    """

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
    """Only the grant types client_credentials and token exchange are served.

    Programs send `grant_type=client_credentials`; people sign in at their own identity provider, and its token is
    exchanged.
    """

    code = "unsupported_grant_type"
    title = "Grant type not supported"
    error = "unsupported_grant_type"


class InvalidScope(OAuthProblem):
    """A requested scope is unknown or beyond what the client holds.

    Ask for scopes that `GET /v1/me` lists as `permissions`, or leave `scope` out to get them all. An admin can give the
    client more with `PATCH /v1/clients/{client_id}`.
    """

    code = "invalid_scope"
    title = "Scope refused"
    error = "invalid_scope"


class InvalidTarget(OAuthProblem):
    """A token was asked for another service than this one.

    Leave `resource` and `audience` out, or send the `issuer` of `/.well-known/oauth-authorization-server`.
    """

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
