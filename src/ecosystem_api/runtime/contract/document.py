"""The whole document: its words about the service, its rooms as tags, its operations, its news."""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.contract.headers import HEADERS, PARAMETERS
from ecosystem_api.runtime.contract.links import link
from ecosystem_api.runtime.contract.news import webhooks
from ecosystem_api.runtime.contract.operations import complete_operation
from ecosystem_api.runtime.contract.refusals import PROBLEM_SCHEMAS
from ecosystem_api.runtime.wire import MoneyAmount

Json = dict[str, Any]
_PACKAGE = __name__.split(".")[0]
_VALUES = frozenset({"example", "examples", "default", "const", "enum"})
_MAPS = frozenset({"properties", "patternProperties", "schemas", "paths", "responses", "content", "headers"})
_REF = "#/components/schemas/"
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token bought before, such as the one `make run` prints.",
}
_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")

ABOUT = """\
A headless API for partner ecosystems: who the partners are, who may sell what to whom, and what happened.

**Tokens.** Buy one with client credentials at `POST /oauth/token` and send it as `Authorization: Bearer …`. Every
operation names the permission it needs; `GET /v1/me` lists those a token holds. What a caller may not see does not
exist for it: the answer is 404.

**Requests.** JSON in UTF-8, at most 1 MB. Unknown fields and unknown query parameters are refused, never ignored.
Send an `Idempotency-Key` with a POST and repeat it safely for 24 hours. Changes are JSON merge patches: what is absent
stays, null clears. A change names the version it was based on in `If-Match`: 428 without it, 412 when it is stale.

**Answers.** Times are RFC 3339 in UTC, days ISO 8601, money is a decimal string with its currency, ids carry a prefix
that names their kind. Lists are pages of at most 200 rows; follow `next_cursor` or the `Link` header, and expect every
row exactly once even while others write. Every refusal is `application/problem+json` (RFC 9457): decide by `code`,
show `detail`, repeat only what is `retryable`, and quote `request_id` when you ask for help.

**News.** Everything that happens is an event: read the feed at `GET /v1/events`, and find each type among the
[events](/docs/events), for programs under `webhooks`. Delivery is at least once; deduplicate by the event's id.
"""


def complete(document: Json, routes: Sequence[BaseRoute], catalog: Catalog, url: str) -> Json:
    """The framework's document with all that the house knows besides."""
    document = tidied(document)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    schemas |= PROBLEM_SCHEMAS
    responses: Json = {}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = document["paths"][route.path_format][method.lower()]
                complete_operation(operation, route, method, catalog, schemas, responses, url)
    hooks = webhooks(catalog, schemas)
    money = _tidied(MoneyAmount.model_json_schema(), {})
    _name_money([schemas, hooks], money)
    schemas[MoneyAmount.__name__] = money
    document["info"] |= {
        "summary": "The partner registry, deal registrations under published rules of engagement, and events.",
        "description": ABOUT,
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    }
    document["servers"] = [{"url": url, "description": "This installation."}]
    document["tags"] = _tags(document, routes)
    document["components"] |= {
        "responses": dict(sorted(responses.items())),
        "headers": HEADERS,
        "parameters": PARAMETERS,
        "securitySchemes": {"oauth2": _oauth(catalog, url), "token": _TOKEN},
    }
    document["webhooks"] = hooks
    link(document)
    _drop_unused(document)
    return document


def tidied(document: Json) -> Json:
    """Without the titles that pydantic derives from names, and with pages named `PageOfThing`."""
    names = {name: _page_name(name) for name in document.get("components", {}).get("schemas", {})}
    tidy: Json = _tidied(document, names)
    if "components" in tidy:
        found = tidy["components"].get("schemas", {})
        tidy["components"]["schemas"] = {names[name]: schema for name, schema in sorted(found.items())}
    tidy["info"] = dict(document["info"])
    return tidy


def _name_money(node: Any, money: Json) -> None:
    """Money is written out wherever it stands; one schema of its own gives generated clients one type."""
    if isinstance(node, list):
        for item in node:
            _name_money(item, money)
    elif isinstance(node, dict):
        for value in node.values():
            _name_money(value, money)
        if node.get("required") == ["amount", "currency"] and node["properties"].keys() == {"amount", "currency"}:
            own = {key: node[key] for key in ("description", "examples") if node.get(key) != money[key]}
            node.clear()
            node.update({"$ref": _REF + MoneyAmount.__name__, **own})


def _tidied(node: Any, names: dict[str, str], *, is_map: bool = False) -> Any:
    if isinstance(node, list):
        return [_tidied(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    if is_map:  # keys are names that somebody chose: a field may be called `title` or `default`
        return {key: _tidied(value, names) for key, value in node.items()}
    kept = {
        key: value if key in _VALUES else _tidied(value, names, is_map=key in _MAPS)
        for key, value in node.items()
        if key != "title"
    }
    ref = kept.get("$ref")
    if isinstance(ref, str) and ref.startswith(_REF):
        kept["$ref"] = _REF + names[ref.removeprefix(_REF)]
    if "examples" in kept:
        # A field's own example is the one that fits it, not that of its type.
        for branch in kept.get("anyOf", []):
            branch.pop("examples", None)
    if len(patterns := kept.get("patternProperties", {})) == 1:
        # Pydantic's way leaves other names open, which are refused, and generated clients do not know it.
        del kept["patternProperties"]
        ((pattern, values),) = patterns.items()
        kept |= {"propertyNames": {"pattern": pattern}, "additionalProperties": values}
    return kept


def _page_name(name: str) -> str:
    found = re.fullmatch(r"Page_(\w+)_", name)
    return f"PageOf{found.group(1)}" if found else name


def _drop_unused(document: Json) -> None:
    """Pydantic also defines types that only stand inside the code; what nothing refers to is left out."""
    schemas = document["components"]["schemas"]
    rest = {**document, "components": {key: value for key, value in document["components"].items() if key != "schemas"}}
    used: set[str] = set()
    fresh = set(_references(rest))
    while fresh:
        used |= fresh
        fresh = {name for found in fresh for name in _references(schemas[found])} - used
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in used}
    # Headers of what will end are there only while something will.
    headers, text = document["components"]["headers"], json.dumps(document)
    document["components"]["headers"] = {
        name: told for name, told in headers.items() if f'"#/components/headers/{name}"' in text
    }


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(_REF):
            yield ref.removeprefix(_REF)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _tags(document: Json, routes: Sequence[BaseRoute]) -> list[Json]:
    said: dict[str, str] = {}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema and route.tags:
            # What a room says of itself first is for its callers, the rest for those who write it.
            said.setdefault(str(route.tags[0]), paragraph(route.endpoint.__module__).partition("\n\n")[0])
    return [{"name": name, "description": text} for name, text in said.items()]


def paragraph(module: str) -> str:
    """What a room says of itself in its `__init__.py`, for any module inside it; elsewhere what the module says."""
    parts = module.split(".")
    is_room = parts[0] == _PACKAGE and parts[1] != "runtime" and len(parts) > 2
    name = ".".join(parts[:3]) if is_room else module
    return inspect.cleandoc(sys.modules[name].__doc__ or "")


def _oauth(catalog: Catalog, url: str) -> Json:
    scopes = {name: grant.sentence for name, grant in sorted(catalog.grants.items())}
    return {
        "type": "oauth2",
        "description": "Client credentials (RFC 6749 section 4.4). Tokens are signed JWTs (RFC 9068) and live minutes.",
        "flows": {"clientCredentials": {"tokenUrl": f"{url}/oauth/token", "scopes": scopes}},
    }
