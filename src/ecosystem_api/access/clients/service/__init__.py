"""Use cases of credentials: manage them, recognise them."""

from ecosystem_api.access.clients.service.manage import (
    create_client,
    get_client,
    list_clients,
    revoke_all_of,
    revoke_client,
    rotate_client,
    update_client,
)
from ecosystem_api.access.clients.service.recognise import Credential, recognise, vouch

__all__ = [
    "Credential",
    "create_client",
    "get_client",
    "list_clients",
    "recognise",
    "revoke_all_of",
    "revoke_client",
    "rotate_client",
    "update_client",
    "vouch",
]
