"""Every event as a webhook: what a subscriber is sent, in the envelope of the feed."""

from contextlib import suppress
from typing import Any

from pydantic.json_schema import models_json_schema

from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.contract.examples import NoExample, example_of
from ecosystem_api.runtime.ledger.event import Event

Json = dict[str, Any]
ENVELOPE = "EventRead"
_READERS = {
    "staff": "the vendor's staff",
    "partner": "the vendor's staff and the partner it concerns",
    "everyone": "the vendor's staff and all of its partners",
}


def webhooks(catalog: Catalog, schemas: Json) -> Json:
    """One webhook per event type; payload schemas are added to `schemas`.

    Errors: ValueError when a payload's nested type has the name of another schema, or the envelope is missing.
    """
    events = sorted(catalog.events.values(), key=lambda event: event.type)
    if ENVELOPE not in schemas:
        raise ValueError(f"no operation answers with {ENVELOPE}, which is the envelope of every event")
    made, definitions = models_json_schema(
        [(event, "serialization") for event in events], ref_template="#/components/schemas/{model}"
    )
    _adopt(definitions.get("$defs", {}), events, schemas)
    tags = {event: area.tag for area in catalog.areas for event in area.events}
    return {event.type: _webhook(event, tags[event], made[event, "serialization"], schemas) for event in events}


def _adopt(definitions: Json, events: list[type[Event]], schemas: Json) -> None:
    for name, schema in definitions.items():
        schema = {key: value for key, value in schema.items() if key != "title"}
        for field in schema.get("properties", {}).values():
            field.pop("title", None)
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}: rename the event or the schema")


def _about_its_subject(event: type[Event], example: Json) -> Json:
    """The envelope's subject is the resource the event is called after, else the first that its payload names."""
    data = example["data"]
    ids = [value for name, value in data.items() if name.endswith("_id") and isinstance(value, str)]
    subject = data.get(event.type.split(".")[0] + "_id") or (ids[0] if ids else example["subject_id"])
    return {**example, "subject_id": subject}


def _webhook(event: type[Event], tag: str, reference: Json, schemas: Json) -> Json:
    sentence = (event.__doc__ or "").strip().split("\n")[0]
    shape = {
        "allOf": [
            {"$ref": f"#/components/schemas/{ENVELOPE}"},
            {"type": "object", "properties": {"type": {"const": event.type}, "data": reference}},
        ]
    }
    content: Json = {"schema": shape}
    with suppress(NoExample):  # the contract's test names the field that lacks one
        content["example"] = _about_its_subject(event, example_of(shape, schemas))
    hidden = ", ".join(f"`{name}`" for name in sorted(event.staff_fields()))
    told = f"{sentence}\n\nRead by {_READERS[event.audience]}."
    return {
        "post": {
            "operationId": "on_" + event.type.replace(".", "_"),
            "summary": sentence.rstrip("."),
            "description": told + (f" Only staff reads {hidden}." if hidden else ""),
            "tags": [tag],
            "security": [],
            "requestBody": {"required": True, "content": {"application/json": content}},
            "responses": {"2XX": {"description": "Taken. Anything else, or silence, is tried again."}},
        }
    }
