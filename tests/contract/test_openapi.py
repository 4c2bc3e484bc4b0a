"""The OpenAPI document is valid, whole, current, and true."""

import copy
import importlib
import inspect
import json
import pkgutil
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from openapi_spec_validator import validate
from pydantic import TypeAdapter

import ecosystem_api
from ecosystem_api.areas import PLAN, catalog
from ecosystem_api.kernel.problem import Problem, every_problem
from ecosystem_api.reference import stale, write_openapi
from ecosystem_api.runtime.contract.document import tidied
from ecosystem_api.runtime.contract.examples import NoExample, example_of
from ecosystem_api.runtime.contract.refusals import example_body, named_refusals
from ecosystem_api.runtime.http.answers import PART_TYPE
from ecosystem_api.runtime.http.door import Permission, Public, markers_of
from tests.contract.checks import fits, operations, unexemplified, wordless
from tests.house.checks import judged
from tests.makers import House

Json = dict[str, Any]
ROOT = Path(ecosystem_api.__file__).parents[2]


def test_the_document_is_valid_openapi(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_speaks_for_itself(document: Json) -> None:
    judged(wordless(document))


def test_every_field_is_described_and_every_body_has_a_true_example(document: Json) -> None:
    judged(unexemplified(document))


def test_every_route_is_in_the_document_with_the_permission_it_asks(app: FastAPI, document: Json) -> None:
    routes = [route for route in app.router.routes if isinstance(route, APIRoute) and route.include_in_schema]
    assert len(routes) >= 20
    for route in routes:
        asked = [marker.name for marker in markers_of(route) if isinstance(marker, Permission)]
        for method in route.methods or ():
            operation = document["paths"][route.path][method.lower()]
            assert operation["security"] == ([{"oauth2": asked}, {"token": []}] if asked else [])
    scopes = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    assert scopes.keys() == catalog().grants.keys()


def test_every_example_of_a_request_is_accepted_by_the_code(app: FastAPI, document: Json) -> None:
    refused: dict[str, str] = {}
    for route in app.router.routes:
        if isinstance(route, APIRoute) and route.body_field is not None:
            operation = document["paths"][route.path][min(route.methods or {"POST"}).lower()]
            example = operation["requestBody"]["content"]["application/json"]["example"]
            try:
                TypeAdapter(cast(Any, route.body_field.field_info.annotation)).validate_json(json.dumps(example))
            except ValueError as error:
                refused[route.path] = f"its example is refused: {error}"
    judged(refused)


def test_what_the_door_does_is_told(app: FastAPI, document: Json) -> None:
    for route in app.router.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        is_public = any(isinstance(marker, Public) for marker in markers_of(route))
        for method in route.methods or ():
            operation = document["paths"][route.path][method.lower()]
            statuses = operation["responses"].keys()
            told = [found.get("$ref", found.get("name")).rpartition("/")[2] for found in operation["parameters"]]
            assert ({"401", "403"} <= statuses) != is_public, route.path
            assert ("404" in statuses) or "{" not in route.path
            assert ("IdempotencyKey" in told) == (method == "POST" and not is_public)
            assert ({"412", "428"} <= statuses) == ("IfMatch" in told)
            assert ({"400", "415"} <= statuses) or "requestBody" not in operation
            success = next(answer for status, answer in operation["responses"].items() if status < "300")
            assert "X-Request-Id" in success["headers"]
            assert ("Location" in success["headers"]) == bool({"created", "made"} & {*route.endpoint.__code__.co_names})


def test_every_event_is_a_webhook(document: Json) -> None:
    events = catalog().events
    assert document["webhooks"].keys() == events.keys()
    for name, event in events.items():
        example = document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]["example"]
        assert example["type"] == name
        event.model_validate_json(json.dumps(example["data"]))


def test_docstrings_name_refusals_that_exist() -> None:
    known = {problem.__name__ for problem in every_problem()} | {"Problem", "ValueError", "LookupError", "RuntimeError"}
    unknown: dict[str, str] = {}
    count = 0
    for wing, rooms in PLAN.items():
        for room in rooms:
            for function in _use_cases(f"ecosystem_api.{wing}.{room}.service"):
                count += 1
                _, _, said = (function.__doc__ or "").partition("Errors:")
                for name in {part.strip("`,.; \n").split("`")[0] for part in said.split(" `")[1:]}:
                    if name[:1].isupper() and name not in known:
                        unknown[f"{wing}/{room} {function.__name__}"] = f"names {name}, which no refusal is called"
    assert count >= 15
    judged(unknown)


def test_pages_made_from_the_code_are_current() -> None:
    found = stale(ROOT)
    assert not found, f"{', '.join(found)}: not what the code says; run `make docs` and commit the result"


def test_the_document_is_written_the_same_twice(tmp_path: Path) -> None:
    write_openapi(tmp_path)
    first = (tmp_path / "openapi/openapi.json").read_bytes()
    write_openapi(tmp_path)
    assert (tmp_path / "openapi/openapi.json").read_bytes() == first
    assert stale(tmp_path) == [
        "docs/permissions.md",
        "docs/errors.md",
        "docs/events.md",
        "docs/rooms.md",
        "docs/deprecations.md",
        "docs/imports.md",
        "docs/facts.md",
        "docs/settings.md",
        ".env.example",
    ]


async def test_anybody_may_read_the_contract(house: House) -> None:
    answer = await house.http.get("/openapi.json")
    assert answer.status_code == 200
    served = answer.json()
    assert served["servers"][0]["url"] == "http://testserver"
    assert "/v1/members" in served["paths"]
    again = await house.http.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_every_collection_answers_as_documented(house: House, document: Json) -> None:
    _, admin = await house.vendor()
    broken: dict[str, str] = {}
    count = 0
    for name, operation in operations(document):
        method, path = name.split()
        required = [found for found in operation["parameters"] if found.get("required")]
        if method != "GET" or "{" in path or required or path == "/v1/events/stream":
            continue
        is_choosy = any(found.get("name") == "fields" for found in operation["parameters"])
        for asked in ("", "?fields=id") if is_choosy else ("",):
            answer: httpx.Response = await admin.get(path + asked)
            count += 1
            kind = answer.headers["content-type"]
            told = operation["responses"].get(str(answer.status_code), {}).get("content", {}).get(kind)
            if told is None:
                broken[name] = f"answers {answer.status_code} {kind}, which it does not document: {answer.text[:200]}"
            elif faults := fits(document, told["schema"], answer.json()):
                broken[name] = "; ".join(faults)
    assert count >= 5
    judged(broken)


def test_what_is_whole_and_what_is_a_part_are_told_apart(document: Json) -> None:
    choosy = 0
    for name, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {})
        takes_fields = any(found.get("name") == "fields" for found in operation["parameters"])
        assert (PART_TYPE in content) == takes_fields, name
        if takes_fields:
            choosy += 1
            whole, part = content["application/json"], content[PART_TYPE]
            assert fits(document, whole["schema"], whole["example"]) == [], name
            assert fits(document, whole["schema"], part["example"]) != [], name
            assert fits(document, part["schema"], part["example"]) == [], name
    assert choosy >= 6


def test_a_missing_word_or_example_is_noticed(document: Json) -> None:
    broken = copy.deepcopy(document)
    member = broken["paths"]["/v1/members/{member_id}"]
    del member["get"]["summary"]
    member["patch"]["operationId"] = "list_members"
    del broken["paths"]["/v1/clients"]["get"]["security"]
    assert wordless(broken).keys() - wordless(document).keys() == {
        "GET /v1/members/{member_id}", "PATCH /v1/members/{member_id}", "GET /v1/clients"
    }  # fmt: skip
    schemas = broken["components"]["schemas"]
    del schemas["MemberRead"]["properties"]["email"]["examples"]
    del schemas["MemberRead"]["properties"]["status"]["description"]
    del broken["paths"]["/v1/members"]["post"]["requestBody"]["content"]["application/json"]["example"]
    member["get"]["responses"]["200"]["content"]["application/json"]["example"]["version"] = "one"
    assert unexemplified(broken).keys() - unexemplified(document).keys() == {
        "MemberRead.email", "MemberRead.status", "POST /v1/members request", "GET /v1/members/{member_id} 200"
    }  # fmt: skip


def test_an_example_is_put_together_from_its_fields() -> None:
    schemas: Json = {
        "Tree": {
            "properties": {
                "name": {"type": "string", "examples": ["oak"]},
                "kind": {"anyOf": [{"type": "null"}, {"enum": ["tall", "small"]}]},
                "branches": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                "parent": {"anyOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]},
            }
        }
    }
    tree: Json = {"name": "oak", "kind": "tall", "branches": [], "parent": None}
    assert example_of({"$ref": "#/components/schemas/Tree"}, schemas) == tree
    both = {"allOf": [{"$ref": "#/components/schemas/Tree"}, {"properties": {"name": {"const": "ash"}}}]}
    assert example_of(both, schemas) == {**tree, "name": "ash"}
    for bare in ({"type": "string"}, {"type": "object"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}):
        with pytest.raises(NoExample, match="here"):
            example_of(bare, schemas, "here")


def test_derived_titles_go_and_chosen_names_stay() -> None:
    page = {"type": "object", "title": "Page[Thing]", "properties": {"title": {"title": "Title", "type": "string"}}}
    whole = {
        "info": {"title": "A service"},
        "paths": {"/x": {"$ref": "#/components/schemas/Page_Thing_", "example": {"title": "kept"}}},
        "components": {"schemas": {"Page_Thing_": page}},
    }
    tidy = tidied(whole)
    assert tidy["components"]["schemas"] == {
        "PageOfThing": {"type": "object", "properties": {"title": {"type": "string"}}}
    }
    assert tidy["paths"]["/x"] == {"$ref": "#/components/schemas/PageOfThing", "example": {"title": "kept"}}
    assert tidy["info"] == {"title": "A service"}


def test_refusals_are_read_from_docstrings() -> None:
    def use_case() -> None:
        """Do a thing. Errors: `NotFound`, `IllegalMove` when it is done, `Imaginary`."""

    assert [problem.code for problem in named_refusals(use_case)] == ["not_found", "illegal_move"]
    for problem in every_problem():
        if problem.__module__.startswith("ecosystem_api"):
            body = example_body(problem, "http://x")
            assert body["type"] == f"http://x/docs/problems/{problem.code}"
            assert issubclass(problem, Problem)


def _use_cases(name: str) -> list[Any]:
    try:
        package = importlib.import_module(name)
    except ModuleNotFoundError:
        return []
    modules = [package]
    if hasattr(package, "__path__"):
        modules += [importlib.import_module(f"{name}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    return [
        function
        for module in modules
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith(name)
    ]
