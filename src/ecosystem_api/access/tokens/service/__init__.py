"""Use cases of tokens: buy one, vouch for one."""

from ecosystem_api.access.clients.service import vouch
from ecosystem_api.access.tokens.service.issue import issue_token

__all__ = ["issue_token", "vouch"]
