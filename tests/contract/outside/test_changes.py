"""The contract is lint-clean, and breaks nobody who was not told."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.outside.changelog import CHANGELOG, RELEASED, last_released, releases, unannounced
from tests.contract.outside.redocly import ROOT, breaking_changes, lint

Json = dict[str, Any]
CURRENT = ROOT / "openapi/openapi.json"


@pytest.fixture
def current() -> Json:
    document: Json = json.loads(CURRENT.read_text())
    return document


def written(folder: Path, document: Json) -> Path:
    path = folder / "revision.json"
    path.write_text(json.dumps(document))
    return path


def test_the_contract_is_lint_clean() -> None:
    assert lint(CURRENT) == []


def test_a_fault_is_noticed_by_lint(tmp_path: Path, current: Json) -> None:
    operation = current["paths"]["/v1/members"]["get"]
    del operation["summary"], operation["security"]
    operation["responses"]["200"]["content"]["application/json"]["example"]["data"] = "none"
    found = " ".join(lint(written(tmp_path, current)))
    assert "operation-summary" in found
    assert "security-defined" in found
    assert "no-invalid-media-type-examples" in found


def test_whoever_builds_on_the_last_release_is_told_of_every_break(tmp_path: Path) -> None:
    found = unannounced(breaking_changes(last_released(), CURRENT, tmp_path), CHANGELOG.read_text())
    told = "\n".join(f"  `{change.name}`: {change.message} ({change.rule})" for change in found)
    assert not found, (
        f"These changes break clients of {last_released().name}. Take them back, or tell users in CHANGELOG.md under\n"
        f"Unreleased with a line `- **Breaking:** what changed in `name`, and what to do instead`; a name may have a\n"
        f"star, as `Deal*.status` (docs/contract.md says more):\n{told}"
    )


def test_every_release_is_kept_and_told() -> None:
    kept = sorted((path.stem for path in RELEASED.glob("*.json")), reverse=True)
    assert kept
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", name) for name in kept)
    assert releases(CHANGELOG.read_text()) == kept


def test_what_breaks_clients_is_found_and_allowed_only_with_a_note(tmp_path: Path, current: Json) -> None:
    base = tmp_path / "base.json"
    base.write_text(json.dumps(current))
    changed = copy.deepcopy(current)
    planted = break_everything(changed)
    found = breaking_changes(base, written(tmp_path, changed), tmp_path)
    assert {change.name for change in found} == planted
    note = "# Changelog\n\n## Unreleased\n\n### Changed\n\n" + "".join(
        f"- **Breaking:** something about\n  `{name}` is other than before.\n" for name in planted
    )
    assert unannounced(found, note) == []
    assert unannounced(found, note.replace("Unreleased", "2020-01-01")) == found
    assert unannounced(found, note.replace("**Breaking:**", "")) == found
    assert {change.name for change in unannounced(found, note.replace("`member.added`", ""))} == {"member.added"}
    starred = note.replace("`ProductAdded`", "").replace("`ProductAdded.product_id`", "`Product*.product_id`")
    assert {change.name for change in unannounced(found, starred)} == {"ProductAdded"}


def test_additions_break_nobody(tmp_path: Path, current: Json) -> None:
    base = tmp_path / "base.json"
    base.write_text(json.dumps(current))
    add_everywhere(current)
    assert breaking_changes(base, written(tmp_path, current), tmp_path) == []


def break_everything(document: Json) -> set[str]:
    """One change of each kind that a client stumbles over; answers their names."""
    paths, schemas = document["paths"], document["components"]["schemas"]
    del paths["/v1/members/{member_id}"]["patch"]
    del paths["/v1/me"]
    _drop(schemas["MemberRead"], "email")
    schemas["MemberCreate"]["properties"]["badge"] = {"type": "string"}
    schemas["MemberCreate"]["required"].append("badge")
    schemas["ClientCreate"]["properties"]["role"]["enum"].remove("integration")
    paths["/v1/products"]["get"]["parameters"].append(_parameter("zone", required=True))
    paths["/v1/personas"]["get"]["parameters"].pop(0)
    schemas["PersonaRead"]["properties"]["version"]["type"] = "string"
    schemas["ContactCreate"]["properties"]["name"]["maxLength"] = 5
    answers = paths["/v1/accounts"]["post"]["responses"]
    answers["200"] = answers.pop("201")
    paths["/v1/accounts"]["get"]["security"][0]["oauth2"] = ["accounts:write"]
    del document["webhooks"]["member.added"]
    _drop(schemas["ProductAdded"], "product_id")
    return {
        "PATCH /v1/members/{member_id}", "/v1/me", "MemberRead", "MemberRead.email", "MemberCreate",
        "ClientCreate.role", "GET /v1/products", "GET /v1/personas", "PersonaRead.version", "ContactCreate.name",
        "POST /v1/accounts", "GET /v1/accounts", "member.added", "ProductAdded", "ProductAdded.product_id",
    }  # fmt: skip


def add_everywhere(document: Json) -> None:
    """One addition of each kind that a client may be expected to bear."""
    paths, schemas = document["paths"], document["components"]["schemas"]
    members = paths["/v1/members"]
    paths["/v1/novelties"] = {"get": {**members["get"], "operationId": "list_novelties"}}
    schemas["MemberRead"]["properties"]["badge"] = {"type": "string"}
    schemas["MemberRead"]["required"].append("badge")
    schemas["MemberCreate"]["properties"]["badge"] = {"type": ["string", "null"]}
    schemas["ClientCreate"]["properties"]["role"]["enum"].append("auditor")
    members["get"]["parameters"].append(_parameter("zone", required=False))
    members["get"]["responses"]["418"] = {"description": "Another refusal."}
    members["get"]["description"] = "In other words."
    document["webhooks"]["member.praised"] = document["webhooks"]["member.added"]
    schemas["ProductAdded"]["properties"]["colour"] = {"type": "string"}
    schemas["ProductAdded"].setdefault("required", []).append("colour")


def _drop(schema: Json, field: str) -> None:
    del schema["properties"][field]
    schema["required"].remove(field)


def _parameter(name: str, *, required: bool) -> Json:
    return {"name": name, "in": "query", "required": required, "description": "A zone.", "schema": {"type": "string"}}
