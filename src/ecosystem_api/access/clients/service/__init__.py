"""Use cases of credentials: manage them, recognise them."""

from ecosystem_api.access.clients.service.keys import KeySource, key_source, recognise_by_key, use_keys
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
    "KeySource",
    "create_client",
    "get_client",
    "key_source",
    "list_clients",
    "recognise",
    "recognise_by_key",
    "revoke_all_of",
    "revoke_client",
    "rotate_client",
    "update_client",
    "use_keys",
    "vouch",
]
