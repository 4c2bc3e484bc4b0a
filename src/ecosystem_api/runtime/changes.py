"""Write a merge patch onto a row: absent is untouched, null clears, what may not be null is refused."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ecosystem_api.kernel.problem import FieldError, InvalidRequest


def apply_changes(row: Any, changes: Mapping[str, Any], *, required: Collection[str], now: datetime) -> list[str]:
    """Set what differs, raise the version if anything did, and answer the JSON pointers of what changed.

    Errors: `InvalidRequest` when a required field is set to null.
    """
    emptied = [name for name in changes if changes[name] is None and name in required]
    if emptied:
        errors = [FieldError(f"/{name}", "not_nullable", "This field cannot be cleared.") for name in emptied]
        raise InvalidRequest(errors=errors)
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        touch(row, now)
    return [f"/{name}" for name in changed]


def touch(row: Any, now: datetime) -> None:
    """The row becomes a new version."""
    row.version += 1
    row.updated_at = now
