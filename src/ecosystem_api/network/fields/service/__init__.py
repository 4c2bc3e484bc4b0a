"""Use cases of custom fields: define them, and judge the values that other rooms keep in their records."""

from ecosystem_api.network.fields.domain import custom_facts
from ecosystem_api.network.fields.service.define import (
    archive_field,
    create_field,
    get_field,
    list_fields,
    restore_field,
    update_field,
)
from ecosystem_api.network.fields.service.values import PLACE, are_kept, keys_shown, refuse_kept, take_values
from ecosystem_api.network.fields.store import in_use, lacking_keys, list_in_use, readable

__all__ = [
    "PLACE",
    "archive_field",
    "are_kept",
    "create_field",
    "custom_facts",
    "get_field",
    "in_use",
    "keys_shown",
    "lacking_keys",
    "list_fields",
    "list_in_use",
    "readable",
    "refuse_kept",
    "restore_field",
    "take_values",
    "update_field",
]
