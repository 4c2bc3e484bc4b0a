"""Use cases of tokens: buy one, exchange one for another, examine, revoke and vouch for them."""

from ecosystem_api.access.tokens.service.assertion import JWT_BEARER
from ecosystem_api.access.tokens.service.examine import introspect, revoke, vouch
from ecosystem_api.access.tokens.service.form import TokenRequest
from ecosystem_api.access.tokens.service.issue import ACCESS_TOKEN, GRANT_TYPES, TOKEN_TYPES, issue_token

__all__ = [
    "ACCESS_TOKEN",
    "GRANT_TYPES",
    "JWT_BEARER",
    "TOKEN_TYPES",
    "TokenRequest",
    "introspect",
    "issue_token",
    "revoke",
    "vouch",
]
