"""Links: what can be done next with what an answer names, found by the kinds of its ids (OpenAPI 3.1, Link Object)."""

import re
from collections.abc import Collection, Iterator
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
    Edges: what no request makes, such as a review, is reached by the first of its list.
    """
    shared: Json = {}
    places = list(_places(document))
    answers = list(_answers(places, document))
    made = {kind for source, _, body in answers if _makes(source, body) for kind in _own_ids(body).values()}
    for source, answer, body in answers:
        found = {target.operation["operationId"]: way for target, way in _ways(source, answer, body, places, made)}
        if found:
            answer["links"] = {name: _reference(name, way, shared) for name, way in sorted(found.items())}
    document["components"]["links"] = dict(sorted(shared.items()))


def _places(document: Json) -> Iterator[Place]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield Place(path, method, methods[method])


def _answers(places: list[Place], document: Json) -> Iterator[tuple[Place, Json, Json]]:
    for source in places:
        for status, answer in source.operation["responses"].items():
            body = _body(answer, document) if status.startswith("2") else None
            if body:
                yield source, answer, body


def _body(answer: Json, document: Json) -> Json | None:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return _resolved(schema, document) or None


def _resolved(schema: Json, document: Json) -> Json:
    """The properties of an object, with those of objects in it as `outer/inner` and of a list's first as `data/0/`."""
    found: Json = {}
    for name, field in _properties(schema, document).items():
        found[name] = field
        if name == "data" and "items" in field:
            found |= {f"data/0/{inner}": deep for inner, deep in _properties(field["items"], document).items()}
        found |= {f"{name}/{inner}": deep for inner, deep in _properties(field, document).items()}
    return found


def _properties(schema: Json, document: Json) -> Json:
    name = str(schema.get("$ref", "")).removeprefix(_REF)
    whole: Json = document["components"]["schemas"].get(name, schema)
    properties: Json = whole.get("properties", {})
    return properties


def _ways(
    source: Place, answer: Json, body: Json, places: list[Place], made: Collection[str | None]
) -> Iterator[tuple[Place, Json]]:
    for target in places:
        if not target.names or target is source:
            continue
        way = _way(source, body, target, made)
        if way:
            if any(one.get("$ref", "").endswith("/IfMatch") for one in target.operation["parameters"]):
                if "ETag" not in answer["headers"] or "data" in body:  # a list's ETag is nothing's version
                    continue
                way["If-Match"] = "$response.header.ETag"
            yield target, way


def _own_ids(body: Json) -> dict[str, str]:
    """The ids of what an answer shows, each with its kind."""
    return {field: schema.get("pattern", "") for field, schema in body.items() if field.rpartition("/")[2] == "id"}


def _makes(source: Place, body: Json) -> bool:
    """Whether the answer shows something new: not where the address names the very thing, which is a move."""
    own = body.get("id", {}).get("pattern")
    return source.method == "post" and not (own and any(source.kind(name) == own for name in source.names))


def _way(source: Place, body: Json, target: Place, made: Collection[str | None]) -> Json | None:
    """An expression for every parameter of the target's path, at least one of them from the answer."""
    way: Json = {}
    for name in target.names:
        field = _field(source, body, target, name, made)
        if field:
            way[name] = f"$response.body#/{field}"
        elif name in source.names and source.kind(name) == target.kind(name):
            way[name] = f"$request.path.{name}"
        else:
            return None
    return way if any(expression.startswith("$response") for expression in way.values()) else None


def _field(source: Place, body: Json, target: Place, name: str, made: Collection[str | None]) -> str | None:
    kind, is_making, is_showing = target.kind(name), _makes(source, body), source.method == "get"
    if kind is None or "_[0-7]" not in kind:  # no typed id but a word of its own, such as a persona's key
        return name if is_making and f"{source.path}/{{{name}}}" in target.path and name in body else None
    wanted = [field for field, schema in body.items() if schema.get("pattern") == kind]
    shows_own = is_making or (is_showing and kind not in made)
    own = [field for field, its in _own_ids(body).items() if shows_own and its == kind]
    is_its_own = target.method == "get" and target.path.endswith(f"/{{{name}}}") and name not in source.names
    named = [name] if (is_making or is_showing) and is_its_own and name in wanted else []
    return next(iter([*named, *own]), None)


def _reference(name: str, way: Json, shared: Json) -> Json:
    origin = "_".join(re.sub(r"\W+", ".", expression.rpartition("#/")[2]) for expression in way.values())
    key = f"{name}.{origin}"
    shared.setdefault(key, {"operationId": name, "parameters": way})
    if shared[key]["parameters"] != way:
        raise ValueError(f"two links are called {key}: tell them apart")
    return {"$ref": f"#/components/links/{key}"}
