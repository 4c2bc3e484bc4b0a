"""Use cases of credentials, by verb: manage them, buy tokens with them, vouch for tokens."""

from ecosystem_api.access.clients.service.manage import (
    create_client,
    get_client,
    list_clients,
    revoke_all_of,
    revoke_client,
    rotate_client,
    update_client,
)
from ecosystem_api.access.clients.service.tokens import issue_token, vouch

__all__ = [
    "create_client",
    "get_client",
    "issue_token",
    "list_clients",
    "revoke_all_of",
    "revoke_client",
    "rotate_client",
    "update_client",
    "vouch",
]
