"""What the contract must hold, as functions over a document: each answers what is missing, by place."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from ecosystem_api.runtime.contract.examples import NoExample, example_of

Json = Mapping[str, Any]
Faults = dict[str, str]
_WORDS = ("operationId", "summary", "description", "tags", "responses")


def operations(document: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its name as `METHOD path`."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def wordless(document: Json) -> Faults:
    """Every operation has an id, words, a tag that is described, a stated security, and documented refusals."""
    faults: Faults = {}
    tags = {tag["name"] for tag in document["tags"] if tag["description"].strip()}
    seen: dict[str, str] = {}
    for name, operation in operations(document):
        missing = [word for word in _WORDS if not operation.get(word)]
        if missing:
            faults[name] = f"lacks {', '.join(missing)}: the route's docstring and function name give them"
        elif not set(operation["tags"]) <= tags:
            faults[name] = "its room says nothing of itself: write the docstring of its __init__.py"
        elif "security" not in operation:
            faults[name] = "states no security"
        elif operation["operationId"] in seen:
            faults[name] = f"has the id of {seen[operation['operationId']]}: rename its function"
        elif not {"500", "503"} <= operation["responses"].keys() or len(operation["summary"]) > 120:
            faults[name] = "its refusals are not documented, or its first sentence is longer than 120 characters"
        seen.setdefault(operation.get("operationId", name), name)
    return faults


def unexemplified(document: Json) -> Faults:
    """Every body, in and out, has an example that its own schema accepts; every field can be exemplified."""
    faults: Faults = {}
    schemas = document["components"]["schemas"]
    # Another schema's fields are judged where they stand.
    elsewhere: dict[str, Any] = {name: {"example": {}} for name in schemas}
    for name, schema in schemas.items():
        for field, spec in schema.get("properties", {}).items():
            if not str(spec.get("description", "")).strip():
                faults[f"{name}.{field}"] = 'undescribed: told("A sentence.", example)'
            try:
                example_of(spec, elsewhere, f"{name}.{field}")
            except NoExample as error:
                faults[str(error)] = 'without an example: told("A sentence.", example)'
    for name, media_type, part in bodies(document):
        given = [part["example"]] if "example" in part else [e["value"] for e in part.get("examples", {}).values()]
        if not given:
            faults[name] = f"{media_type} without an example: give its schema's fields some"
        for example in given:
            for fault in _against(part["schema"], schemas, example):
                faults[name] = f"its example breaks its schema: {fault}"
    return faults


def bodies(document: Json) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every body with content: of requests, responses, shared responses, and webhooks."""
    hooks = [(f"webhook {name}", hook["post"]) for name, hook in document["webhooks"].items()]
    for name, operation in [*operations(document), *hooks]:
        for media_type, part in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} request", media_type, part
        for status, response in operation["responses"].items():
            for media_type, part in response.get("content", {}).items():
                yield f"{name} {status}", media_type, part
    for name, response in document["components"]["responses"].items():
        for media_type, part in response["content"].items():
            yield f"response {name}", media_type, part


def fits(document: Json, schema: Json, value: Any) -> list[str]:
    """What a value breaks of a schema of the document."""
    return _against(schema, document["components"]["schemas"], value)


def _against(schema: Json, schemas: Json, value: Any) -> list[str]:
    whole = {**schema, "components": {"schemas": schemas}}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(value)]
