"""docs/events.md: every event, who reads it, and what it carries."""

from ecosystem_api.reference.markdown import shape, table
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.ledger.event import Event

_AUDIENCES = {
    "staff": "the vendor's staff",
    "partner": "the partner it concerns, and the vendor's staff",
    "everyone": "every partner of the vendor, and its staff",
}


def render(offers: Catalog) -> str:
    """The page."""
    parts = ["# Events\n"]
    parts.append(
        "Everything that happens is written into one ledger in the transaction that made it happen. Read it at "
        "`GET /v1/events`, where each event has a gap-free `position`. Delivery is at least once: deduplicate by `id`. "
        "Fields marked *staff* never reach a partner. New fields and new types may appear; ignore those you do not "
        "know.\n"
    )
    for area in offers.areas:
        if not area.events:
            continue
        parts.append(f"## {area.name}\n")
        for event in sorted(area.events, key=lambda event: event.type):
            parts.append(_event(event))
    return "\n".join(parts)


def _event(event: type[Event]) -> str:
    hidden = event.staff_fields()
    fields = event.model_json_schema(mode="serialization").get("properties", {})
    rows = [
        [f"`{name}`", shape(field) + (", *staff*" if name in hidden else ""), str(field.get("description", ""))]
        for name, field in fields.items()
    ]
    sentence = (event.__doc__ or "").strip().split("\n")[0]
    head = f"### `{event.type}`\n\n{sentence} Read by {_AUDIENCES[event.audience]}.\n"
    return head + ("\n" + table(["Field", "Type", "Meaning"], rows) if rows else "")
