"""Refusals of the token endpoint, by the codes of RFC 6749 section 5.2."""

from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote_plus

FORM = "application/x-www-form-urlencoded"
_GRANT = "grant_type=client_credentials"
_BOTH = f"{_GRANT}&client_id={{client_id}}&client_secret={{client_secret}}"


@dataclass(frozen=True)
class TokenRefusal:
    """What is sent to the token endpoint, and the OAuth error it must be answered with."""

    sentence: str
    form: str | bytes
    status: int
    error: str
    authorization: str | None = None


def basic(client_id: str, secret: str) -> str:
    """HTTP Basic as RFC 6749 section 2.3.1 wants it."""
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


TOKEN_REFUSALS = [
    TokenRefusal("nothing at all", "", 400, "invalid_request"),
    TokenRefusal("no grant type", "client_id={client_id}&client_secret={client_secret}", 400, "invalid_request"),
    TokenRefusal("an empty grant type", _BOTH.replace("client_credentials", ""), 400, "invalid_request"),
    TokenRefusal("a grant type of people", _BOTH.replace("client_credentials", "password"), 400,
                 "unsupported_grant_type"),
    TokenRefusal("a refresh", _BOTH.replace("client_credentials", "refresh_token"), 400, "unsupported_grant_type"),
    TokenRefusal("a grant type in capitals", _BOTH.replace("client_credentials", "CLIENT_CREDENTIALS"), 400,
                 "unsupported_grant_type"),
    TokenRefusal("a wrong secret", f"{_GRANT}&client_id={{client_id}}&client_secret=wrong", 401, "invalid_client"),
    TokenRefusal("no secret", f"{_GRANT}&client_id={{client_id}}", 401, "invalid_client"),
    TokenRefusal("no client", f"{_GRANT}&client_secret={{client_secret}}", 401, "invalid_client"),
    TokenRefusal("an unknown client", f"{_GRANT}&client_id=cli_{{nobody}}.{{nobody}}&client_secret={{client_secret}}",
                 401, "invalid_client"),
    TokenRefusal("a client with a NUL", f"{_GRANT}&client_id={{client_id}}%00&client_secret={{client_secret}}", 401,
                 "invalid_client"),
    TokenRefusal("a secret with a NUL", f"{_BOTH}%00", 401, "invalid_client"),
    TokenRefusal("a secret that is not UTF-8", f"{_GRANT}&client_id={{client_id}}&client_secret=%ff%fe%ed%a0%80", 401,
                 "invalid_client"),
    TokenRefusal("a secret of a hundred thousand characters",
                 f"{_GRANT}&client_id={{client_id}}&client_secret=" + "s" * 100_000, 401, "invalid_client"),
    TokenRefusal("a form that is not UTF-8", b"grant_type=\xff\xfe", 400, "invalid_request"),
    TokenRefusal("no form", "hello", 400, "invalid_request"),
    TokenRefusal("a thousand fields", "&".join(f"a{n}=1" for n in range(1_000)), 400, "invalid_request"),
    TokenRefusal("a repeated grant type", f"{_GRANT}&{_BOTH}", 400, "invalid_request"),
    TokenRefusal("a repeated secret", f"{_BOTH}&client_secret=other", 400, "invalid_request"),
    TokenRefusal("a repeated scope", f"{_BOTH}&scope=deals:read&scope=deals:write", 400, "invalid_request"),
    TokenRefusal("an unknown scope", f"{_BOTH}&scope=everything", 400, "invalid_scope"),
    TokenRefusal("one unknown scope among known", f"{_BOTH}&scope=deals:read+everything", 400, "invalid_scope"),
    TokenRefusal("a scope with a NUL", f"{_BOTH}&scope=deals:read%00", 400, "invalid_scope"),
    TokenRefusal("the secret both ways", _BOTH, 400, "invalid_request", "right"),
    TokenRefusal("a wrong secret by Basic", _GRANT, 401, "invalid_client", "wrong"),
    TokenRefusal("another client in the form than by Basic", f"{_GRANT}&client_id=cli_{{nobody}}.{{nobody}}", 400,
                 "invalid_request", "right"),
    TokenRefusal("Basic that is not base64", _GRANT, 401, "invalid_client", "Basic ???"),
    TokenRefusal("Basic without a colon", _GRANT, 401, "invalid_client", "Basic " + b64encode(b"nobody").decode()),
    TokenRefusal("Basic of odd bytes", _GRANT, 401, "invalid_client", "Basic " + b64encode(b"\xff:\xfe").decode()),
    TokenRefusal("a bearer token instead", _GRANT, 401, "invalid_client", "Bearer {token}"),
]  # fmt: skip
