"""From a row of a file to a validated record of its kind."""

from contextlib import suppress
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, MalformedBody
from ecosystem_api.runtime.area import ImportKind
from ecosystem_api.runtime.http.body import parse_json
from ecosystem_api.runtime.http.problems import field_error

_MOST_FAULTS = 20
# A spreadsheet writes TRUE and yes, and every number as text.
_WORDS: dict[str | None, TypeAdapter[Any]] = {
    "boolean": TypeAdapter(bool),
    "integer": TypeAdapter(int),
    "number": TypeAdapter(float),
}


def columns_of(kind: ImportKind) -> tuple[tuple[str, ...], frozenset[str]]:
    """The columns of a kind, and those that every row needs."""
    fields = kind.row.model_fields
    return tuple(fields), frozenset(name for name, field in fields.items() if field.is_required()) | {kind.key}


def read_row(kind: ImportKind, columns: list[str], content: list[str] | bytes) -> Any:
    """One row as the kind's schema reads it.

    Edges: in CSV an empty cell is an absent field; a list is values separated by `;`, or JSON, as an object is; `yes`
    and `TRUE` are booleans.
    Errors: `InvalidRequest` with every fault found, none repeating a value.
    """
    try:
        values = parse_json(content) if isinstance(content, bytes) else _from_cells(kind.row, columns, content)
    except MalformedBody as error:
        raise InvalidRequest(errors=[FieldError("", "malformed_row", error.detail.replace("body", "row"))]) from None
    if not isinstance(values, dict):
        raise InvalidRequest(errors=[FieldError("", "malformed_row", "A row is one JSON object.")])
    try:
        return kind.row.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        shown = [field_error({**fault, "loc": ("body", *fault["loc"])}) for fault in faults[:_MOST_FAULTS]]
        raise InvalidRequest(errors=shown) from None


def _from_cells(schema: type[BaseModel], columns: list[str], cells: list[str]) -> dict[str, Any]:
    if len(cells) != len(columns):
        detail = f"The row has {counted(len(cells), 'cell')}, the header {len(columns)}."
        raise InvalidRequest(errors=[FieldError("", "cell_count", detail)])
    shapes = _shapes(schema)
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        text = cell.strip()
        if not text:
            continue
        values[column] = _from_cell(column, text, shapes.get(column))
    return values


def _from_cell(column: str, text: str, shape: str | None) -> Any:
    if shape == "array" and not text.startswith("["):
        return [part for piece in text.split(";") if (part := piece.strip())]
    if shape in _WORDS:
        with suppress(ValidationError):  # the row's own schema says what is wrong with it
            return _WORDS[shape].validate_python(text)
    if shape not in ("array", "object"):
        return text
    try:
        return parse_json(text.encode())
    except MalformedBody:
        detail = "An object or list in a cell is written as JSON."
        raise InvalidRequest(errors=[FieldError(f"/{column}", "malformed_cell", detail)]) from None


@cache
def _shapes(schema: type[BaseModel]) -> dict[str, str]:
    """What fields hold that are no texts: `array`, `object`, `boolean`, `integer` or `number`."""
    whole = schema.model_json_schema()
    named = whole.get("$defs", {})

    def shape(part: dict[str, Any]) -> str | None:
        if "$ref" in part:
            return shape(named[part["$ref"].rsplit("/", 1)[1]])
        if part.get("type") in ("array", "object", *_WORDS):
            return str(part["type"])
        return next((found for choice in part.get("anyOf", ()) if (found := shape(choice))), None)

    return {name: found for name, part in whole["properties"].items() if (found := shape(part))}
