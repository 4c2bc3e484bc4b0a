"""What an answer says can be done next, can be done with what the answer carries."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.checks import operations

Json = dict[str, Any]
_WAY = re.compile(r"\$(?:response\.body#/(?P<field>[\w/]+)|request\.path\.(?P<name>\w+)|response\.header\.ETag)")


# What has no address of its own: its Location is the list it stands in.
_UNADDRESSED = {"POST /v1/partners/{partner_id}/personas"}


def linked(document: Json) -> Iterator[tuple[str, Json, str, Json]]:
    """Every link: the operation and its answer, the target's id, and how its parameters are filled."""
    for name, operation in operations(document):
        for answer in operation["responses"].values():
            for reference in answer.get("links", {}).values():
                link = document["components"]["links"][reference["$ref"].rpartition("/")[2]]
                yield name, answer, link["operationId"], link["parameters"]


def test_a_link_names_an_operation_and_fills_what_its_path_needs(document: Json) -> None:
    targets = {operation["operationId"]: (name, operation) for name, operation in operations(document)}
    count = 0
    for source, answer, target, parameters in linked(document):
        address, operation = targets[target]
        told = {one["name"]: one for one in operation["parameters"] if "name" in one}
        assert set(re.findall(r"\{(\w+)\}", address)) == parameters.keys() - {"If-Match"}
        asks = any(one.get("$ref", "").endswith("/IfMatch") for one in operation["parameters"])
        assert asks == ("If-Match" in parameters) <= ("ETag" in answer["headers"])
        for name, expression in parameters.items():
            found = _WAY.fullmatch(expression)
            assert found, f"{source} → {target}: {expression}"
            if field := found["field"]:
                value = _at(answer["content"]["application/json"]["example"], field)
                assert re.search(told[name]["schema"]["pattern"], value), f"{source} → {target}: {value}"
            elif found["name"]:
                assert f"{{{found['name']}}}" in source
        count += 1
    assert count >= 50


def test_whatever_is_made_says_how_to_read_it(document: Json) -> None:
    read = {(source, target) for source, _, target, _ in linked(document)}
    made = [name for name, operation in operations(document) if _makes(operation)]
    assert len(made) >= 8
    for name in set(made) - _UNADDRESSED:
        assert any(source == name and target.startswith(("get_", "list_", "read_")) for source, target in read), name


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("POST /v1/deal-registrations", "submit_deal"),
        ("POST /v1/personas", "retire_persona"),
        ("POST /v1/partners/{partner_id}/contacts", "delete_contact"),
        ("POST /v1/partners/{partner_id}/relationships", "remove_partner_relationship"),
        ("GET /v1/deal-registrations/{deal_id}", "get_account"),
        ("GET /v1/reviews", "get_review"),
        ("GET /v1/reviews/{review_id}", "take_review"),
    ],
)
def test_the_next_step_is_linked(document: Json, source: str, target: str) -> None:
    assert (source, target) in {(name, operation_id) for name, _, operation_id, _ in linked(document)}


def _makes(operation: Json) -> bool:
    return any(
        status in ("201", "202") and "Location" in answer.get("headers", {})
        for status, answer in operation["responses"].items()
    )


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/"):
        value = value[int(part) if isinstance(value, list) else part]
    return value
