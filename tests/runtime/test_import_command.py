"""`ecosystem-api import` against a service that listens."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from structlog.testing import capture_logs
from tests.makers import Api, House
from tests.runtime.test_cli import Outcome, command

from ecosystem_api.cli.installation import write_private
from ecosystem_api.runtime.sockets import listen

GOOD = "external_id,name,country\nA-1,Acme Industries GmbH,DE\nA-2,Contoso Ltd,GB\n"


@pytest.fixture
async def url(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[str]:
    """The house on a real port, with a worker at work, and an environment that knows nothing of it."""
    for name in ("ECOSYSTEM_TOKEN", "ECOSYSTEM_CLIENT_ID", "ECOSYSTEM_CLIENT_SECRET", "ECOSYSTEM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ECOSYSTEM_DATA_DIR", str(tmp_path / "local"))
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(house.app, lifespan="off", ws="none", log_config=None, access_log=False))
    stop = asyncio.Event()
    tasks = [asyncio.create_task(server.serve([listener])), asyncio.create_task(house.worker.run(stop))]
    with capture_logs():  # they would mix with what the command writes
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    stop.set()
    await asyncio.gather(*tasks)


async def imported(path: Path, url: str, api: Api, *options: str) -> Outcome:
    assert api.client is not None
    login = ("--client-id", api.client.client_id, "--client-secret", api.client.client_secret)
    return await command("import", str(path), "--kind", "accounts", "--url", url, *login, *options)


async def test_a_file_is_imported_watched_and_told_and_again_changes_nothing(
    house: House, url: str, tmp_path: Path
) -> None:
    _, admin = await house.vendor()
    path = tmp_path / "accounts.csv"
    path.write_text(GOOD)
    first = (await imported(path, url, admin, "--json")).json
    assert (first["status"], first["created"], first["failed"], first["problems"]) == ("completed", 2, 0, [])
    again = await imported(path, url, admin)
    assert again.code == 0
    assert again.answer.split()[-5:] == ["2", "0", "0", "2", "0"]


async def test_a_refused_row_is_shown_and_the_command_fails(house: House, url: str, tmp_path: Path) -> None:
    _, admin = await house.vendor()
    path = tmp_path / "accounts.ndjson"
    rows = [{"external_id": "A-1", "name": "Acme"}, {"external_id": "A-2", "name": "B", "country": "Germany"}]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    outcome = await imported(path, url, admin, "--dry-run")
    assert outcome.code == 1
    assert "nothing stays" in outcome.answer
    assert "/country" in outcome.answer


async def test_the_demonstrations_credentials_serve_when_no_other_is_given(
    house: House, url: str, tmp_path: Path
) -> None:
    _, admin = await house.vendor()
    assert admin.client is not None
    path = tmp_path / "accounts.csv"
    path.write_text(GOOD)
    call = ("import", str(path), "--kind", "accounts", "--url", url)
    assert "--token" in (await command(*call)).notes
    client = {"role": "admin", "client_id": admin.client.client_id, "client_secret": admin.client.client_secret}
    write_private(tmp_path / "local" / "demo.json", json.dumps({"base_url": url, "clients": [client]}))
    assert (await command(*call)).code == 0
    assert "it has admin" in (await command(*call, "--demo-role", "analyst")).notes
    assert (await command(*call, "--token", admin.token or "")).code == 0


async def test_what_the_service_refuses_is_told_in_a_sentence(house: House, url: str, tmp_path: Path) -> None:
    _, admin = await house.vendor()
    path = tmp_path / "accounts.csv"
    path.write_text("external_id,nonsense\n1,2\n")
    outcome = await imported(path, url, admin)
    assert (outcome.code, outcome.notes.startswith("error: the service refuses with 422")) == (1, True)
    outcome = await command("import", str(path), "--kind", "accounts", "--url", url, "--token", "nonsense")
    assert (outcome.code, "refuses with 401" in outcome.notes) == (1, True)
    (tmp_path / "accounts.pdf").write_text("x")
    assert ".ndjson" in (await imported(tmp_path / "accounts.pdf", url, admin)).notes
    with socket.create_server(("127.0.0.1", 0)) as probe:
        unused = f"http://127.0.0.1:{probe.getsockname()[1]}"
    outcome = await command("import", str(path), "--kind", "accounts", "--url", unused, "--token", "x")
    assert (outcome.code, "does not answer" in outcome.notes) == (1, True)
