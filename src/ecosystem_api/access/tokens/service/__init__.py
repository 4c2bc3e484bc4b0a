"""Use cases of tokens: buy one, exchange one for another, examine, revoke and vouch for them."""

from ecosystem_api.access.tokens.service.examine import introspect, revoke, vouch
from ecosystem_api.access.tokens.service.form import TokenRequest
from ecosystem_api.access.tokens.service.issue import issue_token

__all__ = ["TokenRequest", "introspect", "issue_token", "revoke", "vouch"]
