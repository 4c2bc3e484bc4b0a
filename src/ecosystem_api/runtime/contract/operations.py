"""One operation: who may call it, what it is called, what it takes, and what it answers."""

import inspect
import re
from typing import Any

from fastapi.routing import APIRoute

from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.contract.examples import NoExample, example_of
from ecosystem_api.runtime.contract.headers import ALWAYS, header, parameter
from ecosystem_api.runtime.contract.parts import tell_parts
from ecosystem_api.runtime.contract.refusals import names_in, refusals_of, responses_of
from ecosystem_api.runtime.http.door import Permission, markers_of
from ecosystem_api.runtime.http.farewell import Deprecated

Json = dict[str, Any]
_MADE = frozenset({"created", "made"})
_TAGS = frozenset({"tagged", "answered", "ETag"}) | _MADE
MERGED: Json = {
    "description": "The record was merged into another: send the same request to `Location`, which has its id.",
    "headers": header("XRequestId", "Location"),
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["merged_into_id", "location"],
                "properties": {
                    "merged_into_id": {"type": "string", "description": "The record that stands for both."},
                    "location": {"type": "string", "description": "The same address with its id."},
                },
            },
            "example": {
                "merged_into_id": "par_01h455vb4pex5vsknk084sn02q",
                "location": "/v1/partners/par_01h455vb4pex5vsknk084sn02q",
            },
        }
    },
}
_SENTENCE = re.compile(r"^(.+?)[.:](?=\s|$)", re.DOTALL)


def complete_operation(
    operation: Json, route: APIRoute, method: str, catalog: Catalog, schemas: Json, shared: Json, url: str
) -> None:
    """Add to the framework's operation what it cannot know. Shared responses are collected in `shared`."""
    permission = next((marker.name for marker in markers_of(route) if isinstance(marker, Permission)), None)
    operation["operationId"] = route.name
    operation["summary"], operation["description"] = _words(route, permission, catalog)
    operation["security"] = [{"oauth2": [permission]}, {"token": []}] if permission else []
    names = names_in(route.endpoint)
    has_tag = bool(_TAGS & names)
    operation["parameters"] = _parameters(operation, method, has_tag=has_tag, is_public=permission is None)
    _give_examples(operation.get("requestBody", {}).get("content", {}), schemas)
    if method == "PATCH":
        content = operation["requestBody"]["content"]
        content["application/merge-patch+json"] = content["application/json"]
    answers = operation["responses"]
    if route.status_code != 422:
        answers.pop("422", None)
    for status, answer in answers.items():
        _complete_answer(answer, status, method, schemas, names=names, is_public=permission is None)
        if "Link" in answer["headers"] and not _is_paged(operation):
            del answer["headers"]["Link"]
    tell_parts(operation, schemas)
    if method == "GET" and has_tag:
        headers = header(*ALWAYS, "ETag")
        answers["304"] = {"description": "You hold the present version already.", "headers": headers}
    if any(f"{{{name}}}" in route.path for area in catalog.areas for name in area.merges):
        answers["308"] = MERGED
    farewell = next((marker for marker in markers_of(route) if isinstance(marker, Deprecated)), None)
    if farewell is not None:
        _say_farewell(operation, farewell)
    problems = refusals_of(route, method, is_public=permission is None, has_body="requestBody" in operation)
    operation["responses"] = dict(sorted((responses_of(problems, shared, url) | answers).items()))


def _words(route: APIRoute, permission: str | None, catalog: Catalog) -> tuple[str, str]:
    text = inspect.cleandoc(route.endpoint.__doc__ or "")
    first = _SENTENCE.match(text)
    summary = " ".join((first.group(1) if first else text).split())
    if permission is None:
        return summary, text + "\n\nNeeds no token."
    grant = catalog.grants.get(permission)
    holders = ", ".join(sorted(f"`{role}`" for role in grant.roles)) if grant else "nobody"
    return summary, f"{text}\n\nNeeds the permission `{permission}`, which these roles hold: {holders}."


def _say_farewell(operation: Json, farewell: Deprecated) -> None:
    operation["deprecated"] = True
    ends = f" It answers until {farewell.sunset}." if farewell.sunset else ""
    instead = f" Use `{farewell.successor}`." if farewell.successor else ""
    operation["description"] += f"\n\n**Deprecated** since {farewell.since}.{ends}{instead} {farewell.note}"
    for answer in operation["responses"].values():
        if "headers" in answer:
            answer["headers"] |= header("Deprecation", "Link", *(["Sunset"] if farewell.sunset else []))


def _parameters(operation: Json, method: str, *, has_tag: bool, is_public: bool) -> list[Json]:
    kept = []
    for found in operation.get("parameters", []):
        if found["name"] == "If-Match":
            kept.append(parameter("IfMatch"))
            continue
        found["schema"] = _without_null(found["schema"])
        found["schema"].pop("description", None)
        kept.append(found)
    if method == "POST" and not is_public:
        kept.append(parameter("IdempotencyKey"))
    if method == "GET" and has_tag:
        kept.append(parameter("IfNoneMatch"))
    return [*kept, parameter("EcosystemVersion"), parameter("RequestId")]


def _without_null(schema: Json) -> Json:
    """A parameter is absent or has a value; null cannot be written in a query."""
    branches = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
    if len(branches) != 1 or len(branches) == len(schema["anyOf"]):
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**branches[0], **rest}


def _complete_answer(
    answer: Json, status: str, method: str, schemas: Json, *, names: set[str], is_public: bool
) -> None:
    content = answer.get("content", {})
    _give_examples(content, schemas)
    shape = content.get("application/json", {}).get("schema", {})
    told = schemas.get(str(shape.get("$ref", "")).rpartition("/")[2], {}).get("description")
    if answer.get("description") in (None, "Successful Response"):
        answer["description"] = told or "Done."
    carried = [*ALWAYS]
    if status.startswith("2"):
        carried += ["ETag"] if _TAGS & names else []
        carried += ["Location"] if _MADE & names else []
        carried += ["Link"] if method == "GET" else []
        carried += ["IdempotentReplayed"] if method == "POST" and not is_public else []
    answer["headers"] = header(*carried) | answer.get("headers", {})


def _is_paged(operation: Json) -> bool:
    return any(found.get("name") == "cursor" for found in operation["parameters"])


def _give_examples(content: Json, schemas: Json) -> None:
    """Put an example beside every JSON schema that has none; one that cannot be made is left to the tests to report."""
    for media_type, part in content.items():
        if "example" in part or "examples" in part or not media_type.endswith("json"):
            continue
        try:
            part["example"] = example_of(part.get("schema", {}), schemas)
        except NoExample:
            continue
