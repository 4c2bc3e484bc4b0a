"""Instants as text: one spelling wherever the service writes one."""

from datetime import UTC, datetime


def instant_text(at: datetime) -> str:
    """The instant by RFC 3339 in UTC, with six digits of a second and a `Z`, so that texts sort as instants do.

    Errors: ValueError when it has no time zone.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
