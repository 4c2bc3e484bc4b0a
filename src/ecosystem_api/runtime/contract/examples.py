"""An example of a schema, put together from the examples of its fields."""

from collections.abc import Mapping
from typing import Any

_REF = "#/components/schemas/"


class NoExample(LookupError):  # noqa: N818 - named for what is missing
    """A field has neither an example, a constant, an enumeration nor a default."""


def example_of(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], place: str = "", within: tuple[str, ...] = ()
) -> Any:
    """An example that the schema accepts.

    Edges: a nullable field shows its value; a schema that contains itself ends at the second turn.
    Errors: NoExample, naming the place that lacks one.
    """
    for key in ("example", "const"):
        if key in schema:
            return schema[key]
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_REF)
        if name in within:
            raise NoExample(f"{place}: {name} contains itself")
        return example_of(schemas[name], schemas, place or name, (*within, name))
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("default") is not None:
        return schema["default"]
    return _composed(schema, schemas, place, within)


def _composed(schema: Mapping[str, Any], schemas: Mapping[str, Any], place: str, within: tuple[str, ...]) -> Any:
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return _first(branches, schemas, place, within)
    if "allOf" in schema:
        whole: dict[str, Any] = {}
        for part in schema["allOf"]:
            whole |= example_of(part, schemas, place, within)
        return whole
    if "properties" in schema:
        return {
            name: example_of(field, schemas, f"{place}.{name}", within) for name, field in schema["properties"].items()
        }
    if schema.get("type") == "null":
        return None
    if schema.get("type") == "array" and "items" in schema:
        try:
            return [example_of(schema["items"], schemas, f"{place}[]", within)]
        except NoExample:
            if within and str(schema["items"].get("$ref", "")).removeprefix(_REF) in within:
                return []
            raise
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), bool | None):
        raise NoExample(f"{place}: an open object")
    raise NoExample(place or "a schema without a name")


def _first(branches: Any, schemas: Mapping[str, Any], place: str, within: tuple[str, ...]) -> Any:
    missing: NoExample | None = None
    for branch in sorted(branches, key=lambda found: found.get("type") == "null"):
        if branch.get("type") == "null" and missing is not None and "contains itself" not in str(missing):
            raise missing
        try:
            return example_of(branch, schemas, place, within)
        except NoExample as error:
            missing = error
    raise missing or NoExample(place)
