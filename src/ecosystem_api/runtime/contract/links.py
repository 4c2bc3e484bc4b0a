"""Links: what can be done next with what an answer names, found by the kinds of its ids (OpenAPI 3.1, Link Object)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_NAMES = re.compile(r"\{(\w+)\}")
_METHODS = ("get", "post", "patch", "put", "delete")
_REF = "#/components/schemas/"


@dataclass(frozen=True)
class Place:
    """One operation at its address."""

    path: str
    method: str
    operation: Json

    @property
    def names(self) -> list[str]:
        """The parameters in the path, in order."""
        return _NAMES.findall(self.path)

    def kind(self, name: str) -> str | None:
        """The pattern of a path parameter's values."""
        found = next(one for one in self.operation["parameters"] if one.get("name") == name and one["in"] == "path")
        pattern: str | None = found["schema"].get("pattern")
        return pattern


def link(document: Json) -> None:
    """Tell under each answer that makes a resource, or shows one, which operations take the ids it carries.

    Shape: links are shared under `components/links`; a target that asks `If-Match` is given the answer's `ETag`.
    """
    shared: Json = {}
    places = list(_places(document))
    for source in places:
        for status, answer in source.operation["responses"].items():
            body = _body(answer, document) if status.startswith("2") else None
            if body:
                found = {target.operation["operationId"]: way for target, way in _ways(source, answer, body, places)}
                if found:
                    answer["links"] = {name: _reference(name, way, shared) for name, way in sorted(found.items())}
    document["components"]["links"] = dict(sorted(shared.items()))


def _places(document: Json) -> Iterator[Place]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield Place(path, method, methods[method])


def _body(answer: Json, document: Json) -> Json | None:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return _resolved(schema, document) or None


def _resolved(schema: Json, document: Json) -> Json:
    """The properties of an object, with those of objects in it as `outer/inner`."""
    found: Json = {}
    for name, field in _properties(schema, document).items():
        found[name] = field
        found |= {f"{name}/{inner}": deep for inner, deep in _properties(field, document).items()}
    return found


def _properties(schema: Json, document: Json) -> Json:
    name = str(schema.get("$ref", "")).removeprefix(_REF)
    whole: Json = document["components"]["schemas"].get(name, schema)
    properties: Json = whole.get("properties", {})
    return properties


def _ways(source: Place, answer: Json, body: Json, places: list[Place]) -> Iterator[tuple[Place, Json]]:
    is_making = source.method == "post" and not _holds(source, body)
    is_showing = source.method == "get" and bool(source.names)
    for target in places:
        if not target.names or target is source or not (is_making or (is_showing and target.method == "get")):
            continue
        way = _way(source, body, target, is_making=is_making)
        if way:
            if any(one.get("$ref", "").endswith("/IfMatch") for one in target.operation["parameters"]):
                if "ETag" not in answer["headers"]:
                    continue
                way["If-Match"] = "$response.header.ETag"
            yield target, way


def _holds(source: Place, body: Json) -> bool:
    """Whether the address names the very thing that the answer shows: a move, not the making of something."""
    own = body.get("id", {}).get("pattern")
    return own is not None and any(source.kind(name) == own for name in source.names)


def _way(source: Place, body: Json, target: Place, *, is_making: bool) -> Json | None:
    """An expression for every parameter of the target's path, at least one of them from the answer."""
    way: Json = {}
    for name in target.names:
        field = _field(source, body, target, name, is_making=is_making)
        if field:
            way[name] = f"$response.body#/{field}"
        elif name in source.names and source.kind(name) == target.kind(name):
            way[name] = f"$request.path.{name}"
        else:
            return None
    return way if any(expression.startswith("$response") for expression in way.values()) else None


def _field(source: Place, body: Json, target: Place, name: str, *, is_making: bool) -> str | None:
    kind = target.kind(name)
    if kind is None or "_[0-7]" not in kind:  # no typed id but a word of its own, such as a persona's key
        return name if is_making and f"{source.path}/{{{name}}}" in target.path and name in body else None
    wanted = [field for field, schema in body.items() if schema.get("pattern") == kind]
    own = [field for field in wanted if is_making and field.rpartition("/")[2] == "id"]
    is_its_own = target.method == "get" and target.path.endswith(f"/{{{name}}}") and name not in source.names
    return next(iter([*own, *(field for field in wanted if is_its_own and field == name)]), None)


def _reference(name: str, way: Json, shared: Json) -> Json:
    origin = "_".join(re.sub(r"\W+", ".", expression.rpartition("#/")[2]) for expression in way.values())
    key = f"{name}.{origin}"
    shared.setdefault(key, {"operationId": name, "parameters": way})
    if shared[key]["parameters"] != way:
        raise ValueError(f"two links are called {key}: tell them apart")
    return {"$ref": f"#/components/links/{key}"}
