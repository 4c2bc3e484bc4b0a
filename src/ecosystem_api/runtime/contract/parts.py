"""Parts: what an operation answers when `fields` names a few, as a media type and schemas of its own."""

from typing import Any

from ecosystem_api.runtime.http.answers import FIELDS, PART_TYPE

Json = dict[str, Any]
_REF = "#/components/schemas/"
_PAGE = "PageOf"
_SHOWN = 3


def tell_parts(operation: Json, schemas: Json) -> None:
    """Under the answer of an operation that takes `fields`, also what it answers to them.

    Shape: a part has every field of the whole, of which only the id is always there.
    """
    if not any(found.get("name") == FIELDS for found in operation["parameters"]):
        return
    content = operation["responses"]["200"]["content"]
    whole = content["application/json"]
    name = str(whole["schema"]["$ref"]).removeprefix(_REF)
    example = whole["example"]
    if name.startswith(_PAGE):
        part = _page_of_parts(name, schemas)
        shown = {**example, "data": [_first_fields(row) for row in example["data"]]}
    else:
        part, shown = _part_of(name, schemas), _first_fields(example)
    content[PART_TYPE] = {"schema": {"$ref": _REF + part}, "example": shown}


def _page_of_parts(name: str, schemas: Json) -> str:
    page = schemas[name]
    rows = page["properties"]["data"]
    part = _part_of(str(rows["items"]["$ref"]).removeprefix(_REF), schemas)
    data = {**rows, "items": {"$ref": _REF + part}}
    schemas[_PAGE + part] = {**page, "properties": {**page["properties"], "data": data}}
    return _PAGE + part


def _part_of(name: str, schemas: Json) -> str:
    part = name.removesuffix("Read").removesuffix("Expanded") + "Part"
    described = f"Those fields of `{name}` that `{FIELDS}` named, and its id."
    schemas[part] = {**schemas[name], "description": described, "required": ["id"]}
    return part


def _first_fields(row: Json) -> Json:
    return dict(list(row.items())[:_SHOWN])
