"""The codes that people give are told in the reference, each with the operation that takes it."""

from typing import Any

from ecosystem_api.reference import codes


def contract_of(**members: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Asked"}}}}
    paths = {"/v1/things/{thing_id}/refuse": {"post": {"requestBody": body}, "get": {}}}
    return {"paths": paths, "components": {"schemas": {"Asked": {"properties": members}}}}


def test_a_closed_list_is_told_and_free_text_is_not() -> None:
    told = "| `POST /v1/things/{thing_id}/refuse` | `late`, `other` |"
    assert told in codes.render(contract_of(reason={"enum": ["late", "other"]}))
    assert told in codes.render(contract_of(grounds={"anyOf": [{"enum": ["late", "other"]}, {"type": "null"}]}))
    assert "things" not in codes.render(contract_of(reason={"type": "string"}, kind={"enum": ["late"]}))


def test_every_code_of_the_contract_has_its_line(document: dict[str, Any]) -> None:
    page = codes.render(document)
    lines = [line for line in page.splitlines() if line.startswith("| `POST ")]
    for verb in ("approve", "reject", "return", "revoke"):
        (line,) = [one for one in lines if f"/deal-registrations/{{deal_id}}/{verb}`" in one]
        assert line.endswith("`other` |")
    assert "`misrepresentation`" in page
    assert "`settled_between_sides`" in page
