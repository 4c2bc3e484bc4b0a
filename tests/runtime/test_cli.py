"""The operator's commands, on a real database."""

import asyncio
import contextlib
import io
import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import TEST_SECRET, Cluster
from tests.makers import Api, House, ok

from ecosystem_api.cli import clients as client_commands
from ecosystem_api.cli import main
from ecosystem_api.cli.doctor import database as database_examination
from ecosystem_api.cli.doctor.finding import Verdict
from ecosystem_api.cli.doctor.machine import examine_disk, examine_port, examine_python
from ecosystem_api.cli.installation import (
    development_secret,
    find_installation,
    production_settings,
    read_private,
    without_credentials,
    write_private,
)
from ecosystem_api.runtime.bootstrap import refuse_unsafe_login
from ecosystem_api.runtime.clock import system_clock
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.ledger import crossing
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE, Settings


@dataclass
class Outcome:
    """How a command ended."""

    code: int
    answer: str
    notes: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.notes
        return json.loads(self.answer)


async def command(*arguments: str) -> Outcome:
    """Run a command as the operator would, without the second a new Python takes to import everything."""

    def call() -> Outcome:
        answer, notes = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(answer), contextlib.redirect_stderr(notes):
            try:
                main(arguments)
            except SystemExit as end:
                return Outcome(int(end.code or 0), answer.getvalue(), notes.getvalue())
        raise AssertionError("a command ends by exiting")

    return await asyncio.to_thread(call)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment that names no installation, and a folder that holds none."""
    for name in ("DATABASE_URL", *(name for name in os.environ if name.startswith("ECOSYSTEM_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ECOSYSTEM_DATA_DIR", str(tmp_path / "local"))
    return monkeypatch


@pytest.fixture
def installed(environment: pytest.MonkeyPatch, house: House) -> House:
    """The environment of an operator of the test's own installation."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        environment.setenv("ECOSYSTEM_PORT", str(probe.getsockname()[1]))
    environment.setenv("DATABASE_URL", house.settings.database_url)
    environment.setenv("ECOSYSTEM_SECRET", house.settings.secret)
    environment.setenv("ECOSYSTEM_LOGIN_PREFIX", house.settings.login_prefix)
    return house


async def test_a_vendor_opened_by_the_operator_can_log_in(installed: House) -> None:
    opened = (await command("vendors", "create", "--name", "Northwind", "--country", "CA", "--json")).json
    api = Api(installed.http)
    api.client = type("Secret", (), opened)()
    assert ok(await (await api.login()).get("/v1/me"))["vendor_id"] == opened["vendor"]["id"]
    listed = (await command("vendors", "list", "--json")).json
    assert [vendor["name"] for vendor in listed] == ["Northwind"]
    assert opened["vendor"]["id"] in (await command("vendors", "list")).answer


async def test_a_credential_is_made_rotated_and_listed(installed: House) -> None:
    await installed.vendor()
    made = (await command("clients", "create", "--role", "analyst", "--name", "reports", "--json")).json
    form = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
    ok(await installed.http.post("/oauth/token", data=form))
    rotated = (await command("clients", "rotate", made["client_id"], "--overlap-hours", "0", "--json")).json
    refused_now = await installed.http.post("/oauth/token", data=form)
    assert refused_now.status_code == 401
    ok(await installed.http.post("/oauth/token", data={**form, "client_secret": rotated["client_secret"]}))
    listed = await command("clients", "list", "--json")
    assert {client["role"] for client in listed.json} == {"admin", "analyst"}
    assert made["client_secret"] not in listed.answer
    assert "reports" in (await command("clients", "list")).answer


async def test_the_list_of_credentials_goes_on_over_all_pages(
    installed: House, environment: pytest.MonkeyPatch
) -> None:
    environment.setattr(client_commands, "PAGE_ROWS", 2)
    vendor, _ = await installed.vendor()
    for _ in range(4):
        await installed.client(vendor, "analyst")
    assert len({client["client_id"] for client in (await command("clients", "list", "--json")).json}) == 5


async def test_with_several_vendors_one_has_to_be_named_and_to_exist(installed: House) -> None:
    await installed.vendor("Northwind")
    assert (await command("clients", "create", "--role", "analyst")).code == 0
    await installed.vendor("Contoso")
    outcome = await command("clients", "create", "--role", "analyst")
    assert (outcome.code, "--vendor" in outcome.notes) == (1, True)
    stranger = "ven_01m80pfrsceczvy7a9ywpsyrxn"
    assert "not a vendor" in (await command("clients", "list", "--vendor", stranger)).notes
    assert "ven_…" in (await command("clients", "list", "--vendor", "nonsense")).notes


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("clients", "create", "--role", "emperor"), "ROLE"),
        (("clients", "create", "--role", "partner_admin"), "partner"),
        (("vendors", "create", "--name", "x", "--country", "Canada"), "COUNTRY"),
    ],
)
async def test_a_value_that_is_wrong_is_refused_in_a_sentence(
    installed: House, arguments: tuple[str, ...], told: str
) -> None:
    await installed.vendor()
    outcome = await command(*arguments)
    assert outcome.code == 1
    assert outcome.notes.startswith("error: ")
    assert told.lower() in outcome.notes.lower()
    assert "Traceback" not in outcome.notes


async def test_a_command_without_an_installation_says_what_to_set(environment: pytest.MonkeyPatch) -> None:
    outcome = await command("clients", "list")
    assert (outcome.code, "DATABASE_URL" in outcome.notes) == (1, True)
    environment.setenv("ECOSYSTEM_SECRET", "short")
    outcome = await command("serve")
    assert (outcome.code, "ECOSYSTEM_SECRET" in outcome.notes) == (1, True)


def test_a_process_that_serves_refuses_a_configuration_that_is_incomplete_or_unsafe(
    environment: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RuntimeError, match="DATABASE_URL"):
        production_settings()
    environment.setenv("DATABASE_URL", "postgresql://127.0.0.1/name")
    with pytest.raises(RuntimeError, match="ECOSYSTEM_SECRET"):
        production_settings()
    environment.setenv("ECOSYSTEM_SECRET", TEST_SECRET)
    assert production_settings().host == "127.0.0.1"
    environment.setenv("ECOSYSTEM_HOST", "::")
    with pytest.raises(RuntimeError, match="ECOSYSTEM_BASE_URL"):
        production_settings()
    environment.setenv("ECOSYSTEM_BASE_URL", "https://api.example.com")
    assert production_settings().public_url == "https://api.example.com"
    write_private(
        production_settings().data_dir / "running.json", json.dumps({"database_url": "postgresql://127.0.0.1/name"})
    )
    with pytest.raises(RuntimeError, match="embedded server"):
        production_settings()


async def test_what_is_for_development_does_not_run_in_production(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ECOSYSTEM_ENVIRONMENT", "production")
    outcome = await command("run", "--no-demo")
    assert (outcome.code, "for development" in outcome.notes) == (1, True)


def test_the_notes_of_a_running_service_complete_only_what_they_are_about(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = {"database_url": "postgresql://here/a", "secret": TEST_SECRET, "base_url": "http://127.0.0.1:1"}
    write_private(tmp_path / "local" / "running.json", json.dumps(note))
    found = find_installation()
    assert {name: getattr(found, name) for name in note} == note
    environment.setenv("DATABASE_URL", "postgresql://elsewhere/a")
    assert find_installation().secret == ""
    environment.setenv("DATABASE_URL", note["database_url"])
    assert find_installation().secret == TEST_SECRET


def test_the_secret_of_a_folder_is_made_once_and_never_beside_data_it_does_not_open(tmp_path: Path) -> None:
    secret = development_secret(tmp_path / "local", None)
    path = tmp_path / "local" / "secret"
    assert len(secret) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert development_secret(tmp_path / "local", tmp_path) == secret
    path.unlink()
    with pytest.raises(RuntimeError, match="is missing"):
        development_secret(tmp_path / "local", tmp_path)
    assert [entry.name for entry in path.parent.iterdir()] == []


def test_a_note_that_is_not_whole_counts_as_none_and_an_address_loses_its_login(tmp_path: Path) -> None:
    (tmp_path / "note").write_text('{"a": ')
    assert read_private(tmp_path / "note") is None
    assert read_private(tmp_path / "nothing") is None
    assert without_credentials("postgresql://me:se@cret@host:5432/db?a=b") == "postgresql://host:5432/db?a=b"


async def test_the_contract_is_written_without_a_database(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    printed = (await command("openapi")).json
    assert printed["openapi"].startswith("3.1")
    assert "/v1/me" in printed["paths"]
    assert (await command("openapi", "--output", str(tmp_path / "openapi.json"))).code == 0
    assert json.loads((tmp_path / "openapi.json").read_text()) == printed


async def test_an_owner_who_may_only_make_roles_migrates_and_the_service_logs_in_as_itself(
    environment: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    name = f"ecosystem_test_{os.getpid()}_plain"
    roles = (f"{name}_app", f"{name}_worker", name)
    await cluster.execute(f"create role {name} login createrole password 'plain'")
    # The group roles belong to the cluster's first owner, who shares them.
    for role in (APP_ROLE, WORKER_ROLE):
        await cluster.execute(f"grant {role} to {name} with admin option")
    await cluster.execute(f"create database {name} owner {name}")
    try:
        address = cluster.url(name).rpartition("@")[2]
        environment.setenv("DATABASE_URL", f"postgresql://{name}:plain@{address}")
        environment.setenv("ECOSYSTEM_SECRET", TEST_SECRET)
        for _ in range(2):
            assert (await command("migrate")).code == 0
        database = Database(Settings().url_for(APP_ROLE), pool_size=1)
        await refuse_unsafe_login(database)
        await database.close()
    finally:
        await cluster.drop(name)
        for role in roles:
            await cluster.execute(f"drop owned by {role}")
            await cluster.execute(f"drop role {role}")


async def examined() -> dict[str, dict[str, str]]:
    outcome = await command("doctor", "--json")
    found = {finding["subject"]: finding for finding in json.loads(outcome.answer)}
    is_well = all(finding["verdict"] == "ok" for finding in found.values())
    assert outcome.code == (0 if is_well else 1)
    assert all(finding["remedy"] for finding in found.values() if finding["verdict"] == "wrong")
    return found


async def test_the_doctor_finds_a_working_installation_in_order(installed: House) -> None:
    await crossing.beat(installed.worker.machinery.database, "worker", system_clock())
    found = await examined()
    assert {finding["verdict"] for finding in found.values()} == {"ok"}
    assert len(found) == 14
    assert re.fullmatch(r"1[5-8]\.[1-9]\d*", found["PostgreSQL"]["found"])
    table = await command("doctor")
    assert table.code == 0
    assert "Everything is as it should be." in table.answer


async def test_the_doctor_misses_a_worker_and_sees_one_that_is_behind(installed: House) -> None:
    found = await examined()
    assert found["worker"]["verdict"] == "wrong"
    assert found["relay"]["verdict"] == "not examined"
    await installed.vendor()
    later = system_clock() + timedelta(minutes=5)
    await crossing.beat(installed.worker.machinery.database, "worker", later)
    found = await examined()
    assert found["worker"]["verdict"] == "ok"
    assert found["relay"]["verdict"] == "wrong"


async def test_the_doctor_knows_a_wrong_secret_from_a_database_that_is_away(
    installed: House, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("ECOSYSTEM_SECRET", TEST_SECRET + ", but another")
    found = await examined()
    assert "ecosystem-api migrate" in found["login app"]["remedy"]
    environment.setenv("DATABASE_URL", "postgresql://nobody:nothing@127.0.0.1:1/none")
    found = await examined()
    assert found["database"]["verdict"] == "wrong"
    assert found["signing key"]["verdict"] == "not examined"
    environment.setenv("ECOSYSTEM_SECRET", "")
    assert (await examined())["settings"]["verdict"] == "wrong"
    environment.setenv("ECOSYSTEM_SECRET", "short")
    assert "ECOSYSTEM_SECRET" in (await examined())["settings"]["found"]
    environment.delenv("ECOSYSTEM_SECRET")
    environment.delenv("DATABASE_URL")
    assert "make run" in (await examined())["settings"]["remedy"]


async def test_the_doctor_finds_a_key_of_another_secret_and_a_login_that_may_pass_row_level_security(
    installed: House, cluster: Cluster, environment: pytest.MonkeyPatch
) -> None:
    login = installed.settings.login(APP_ROLE)[0]
    await cluster.execute(f"alter role {login} bypassrls")
    try:
        found = await examined()
        assert "row-level security" in found["login app"]["found"]
        assert found["login worker"]["verdict"] == "ok"
    finally:
        await cluster.execute(f"alter role {login} nobypassrls")
    database = Database(installed.settings.database_url, pool_size=1)
    async with database.crossing() as session:
        await (await session.connection()).exec_driver_sql(
            "update signing_keys set sealed_private = sealed_private || 'x'"
        )
    await database.close()
    assert "ECOSYSTEM_SECRET" in (await examined())["signing key"]["remedy"]


async def test_the_doctor_finds_an_old_schema_and_clocks_that_disagree(
    installed: House, environment: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Ahead":
            return cls.fromtimestamp(datetime.now(UTC).timestamp() + 30, tz)

    environment.setattr(database_examination, "datetime", Ahead)
    assert "NTP" in (await examined())["clock"]["remedy"]
    environment.undo()
    empty = f"ecosystem_test_{os.getpid()}_empty"
    await cluster.execute(f"create database {empty}")
    try:
        settings = cluster.settings(empty)
        findings = {found.subject: found for found in await database_examination.examine_database(settings)}
        assert findings["schema"].verdict is Verdict.WRONG
        assert "ecosystem-api migrate" in findings["schema"].remedy
        assert findings["login app"].verdict is Verdict.UNKNOWN
    finally:
        await cluster.drop(empty)


def test_the_doctor_judges_the_machine(tmp_path: Path) -> None:
    assert examine_python((3, 11)).verdict is Verdict.FINE
    assert examine_python((3, 10)).verdict is Verdict.WRONG
    assert examine_disk(tmp_path / "not" / "there", 1).verdict is Verdict.FINE
    assert examine_disk(tmp_path, 1 << 60).verdict is Verdict.WRONG
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        settings = Settings(port=stranger.getsockname()[1])
        stranger.close()
        assert examine_port(settings).verdict is Verdict.FINE


@pytest.fixture
def stranger() -> Iterator[int]:
    """A server that is not ours: it accepts and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    listener.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_the_doctor_finds_a_stranger_on_the_port(stranger: int) -> None:
    found = examine_port(Settings(port=stranger))
    assert found.verdict is Verdict.WRONG
    assert "ECOSYSTEM_PORT" in found.remedy
