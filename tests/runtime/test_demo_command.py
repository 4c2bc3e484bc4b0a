"""`ecosystem-api demo`: loaded once, its credentials kept where a developer finds them."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from tests.makers import House, ok
from tests.runtime.test_cli import command

import ecosystem_api.demo
from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.cli.installation import write_private
from ecosystem_api.demo import Scale, load
from ecosystem_api.runtime.ledger.crossing import every_vendor

SMALL = Scale(partners=8, accounts=30, deals=8, days=60)


@pytest.fixture
def installed(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of an operator of the test's own installation, and a story that is short."""
    monkeypatch.setattr(ecosystem_api.demo, "load", functools.partial(load, scale=SMALL))
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("ECOSYSTEM_SECRET", house.settings.secret)
    monkeypatch.setenv("ECOSYSTEM_LOGIN_PREFIX", house.settings.login_prefix)
    monkeypatch.setenv("ECOSYSTEM_BASE_URL", house.settings.base_url)
    monkeypatch.setenv("ECOSYSTEM_DATA_DIR", str(tmp_path / "local"))
    return tmp_path / "local" / "demo.json"


def written(path: Path) -> dict[str, Any]:
    assert path.stat().st_mode & 0o777 == 0o600
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


async def test_the_demonstration_is_loaded_once_and_every_credential_works(
    house: House, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await command("demo")
    assert first.code == 0, first.notes
    assert str(installed) in first.answer
    # Nobody's terminal: a line at the beginning, and one for every tenth of the story.
    told = [line for line in first.notes.splitlines() if line.startswith("Loading the demonstration")]
    assert len(told) == 11, first.notes
    assert "100%" in told[-1]
    known = written(installed)
    assert known["base_url"] == house.settings.public_url
    roles = {client["role"] for client in known["clients"]}
    assert roles == {"admin", "manager", "analyst", "integration", "partner_admin", "partner_member"}
    assert len({client["partner_id"] for client in known["clients"]} - {None}) == 2
    for client in known["clients"]:
        form = {name: client[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        ok(await house.http.post("/oauth/token", data=form))

    monkeypatch.setenv("ECOSYSTEM_BASE_URL", "http://127.0.0.1:9999")
    assert "before" in (await command("demo")).answer
    assert written(installed) == {**known, "base_url": "http://127.0.0.1:9999"}
    assert len(await every_vendor(house.machinery.database)) == 1


async def test_credentials_of_a_vendor_that_is_not_in_this_database_do_not_count(house: House, installed: Path) -> None:
    elsewhere = {"role": "admin", "partner_id": None, "client_secret": "x"}
    elsewhere["client_id"] = "cli_01m80pfrt7e4a9shf1me32e08s.01m80pfrsceczvy7a9ywpsyrxn"
    write_private(installed, json.dumps({"base_url": house.settings.public_url, "clients": [elsewhere]}))
    assert "is loaded" in (await command("demo")).answer
    named = read_client_id(written(installed)["clients"][0]["client_id"])
    assert named is not None
    assert await every_vendor(house.machinery.database) == [named[1]]
