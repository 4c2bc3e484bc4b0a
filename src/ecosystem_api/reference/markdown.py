"""The little Markdown that generated pages need."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are made safe for it."""
    lines = [list(head), ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def shape(schema: Mapping[str, Any]) -> str:
    """A JSON schema in a few words: `string`, `list of id`, `"active" or "ended"`, with null where it may be."""
    branches = schema.get("anyOf")
    if branches:
        return " or ".join(shape(branch) for branch in branches)
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {shape(schema.get('items', {}))}"
    pattern = str(schema.get("pattern", ""))
    if "_[0-7]" in pattern:
        return f"id `{pattern.lstrip('^').split('_[0-7]')[0]}_…`"
    kinds = schema.get("type", "anything")
    return " or ".join(kinds) if isinstance(kinds, list) else str(schema.get("format", kinds))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
