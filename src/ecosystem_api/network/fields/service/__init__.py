"""Use cases of custom fields: define them, and judge the values that other rooms keep in their records."""

from ecosystem_api.network.fields.service.define import (
    archive_field,
    create_field,
    get_field,
    list_fields,
    restore_field,
    update_field,
)

__all__ = [
    "archive_field",
    "create_field",
    "get_field",
    "list_fields",
    "restore_field",
    "update_field",
]
