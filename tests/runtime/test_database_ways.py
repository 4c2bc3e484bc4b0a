"""Ways to the database: TLS, a pooler in transaction mode, a server that restarts; and what the server itself ends."""

import asyncio
import contextlib
import getpass
import shutil
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import trustme
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.conftest import Cluster
from tests.makers import House, ok

from ecosystem_api.app import build_machinery
from ecosystem_api.runtime.database import Database, sqlstate
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE, Settings

SSL_REQUEST = bytes.fromhex("0000000804d2162f")


class TlsGate:
    """TLS in front of the test's PostgreSQL, whose own binaries may have none: PostgreSQL's handshake, then bytes."""

    def __init__(self, upstream: tuple[str, int], context: ssl.SSLContext) -> None:
        self._upstream, self._context = upstream, context
        self.encrypted = 0
        self.port = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["TlsGate"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            assert await reader.readexactly(8) == SSL_REQUEST
            writer.write(b"S")
            await writer.start_tls(self._context)
            self.encrypted += 1
            behind, ahead = await asyncio.open_connection(*self._upstream)
            await asyncio.gather(_pour(reader, ahead), _pour(behind, writer))
        writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


def upstream(settings: Settings) -> tuple[str, int]:
    parts = urlsplit(settings.database_url)
    return parts.hostname or "127.0.0.1", parts.port or 5432


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process's doing
            await asyncio.sleep(0.01)


async def asked(settings: Settings) -> Any:
    """What the application's login answers over this way."""
    database = build_machinery(settings).database
    try:
        async with database.transaction(uuid4()) as tx:
            return await tx.session.scalar(text("select 40 + 2"))
    finally:
        await database.close()


async def test_the_database_is_reached_with_tls_as_its_url_says_and_never_with_less(
    house: House, tmp_path: Path
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    for name, ca in (("ca.pem", authority), ("stranger.pem", stranger)):
        ca.cert_pem.write_to_path(str(tmp_path / name))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    async with TlsGate(upstream(house.settings), context).open() as gate:

        def way(query: str, host: str = "localhost") -> Settings:
            url = f"postgresql://{host}:{gate.port}{urlsplit(house.settings.database_url).path}?{query}"
            return house.settings.model_copy(update={"database_url": url})

        assert await asked(way(f"sslmode=verify-full&sslrootcert={tmp_path}/ca.pem")) == 42
        assert await asked(way(f"sslmode=verify-ca&sslrootcert={tmp_path}/ca.pem", "127.0.0.1")) == 42
        assert await asked(way("sslmode=require")) == 42
        assert gate.encrypted >= 3
        with pytest.raises(ssl.SSLCertVerificationError):
            await asked(way(f"sslmode=verify-full&sslrootcert={tmp_path}/stranger.pem"))
        with pytest.raises(ssl.SSLCertVerificationError):
            await asked(way(f"sslmode=verify-full&sslrootcert={tmp_path}/ca.pem", "127.0.0.1"))


async def test_a_server_without_tls_is_not_talked_to_where_tls_is_asked(house: House) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(8) == SSL_REQUEST
        writer.write(b"N")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql://127.0.0.1:{port}/x?sslmode=require"
        with pytest.raises(ConnectionError, match="SSL"):
            await asked(house.settings.model_copy(update={"database_url": url}))


async def test_after_a_restart_of_the_database_the_first_request_is_answered(house: House, cluster: Cluster) -> None:
    _, admin = await house.vendor()
    await asyncio.gather(*(admin.get("/v1/me") for _ in range(6)))
    lost = [line.driver for line in house.machinery.database.connections._idle]
    assert len(lost) > 1
    name = urlsplit(house.settings.database_url).path[1:]
    await cluster.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
    await eventually(lambda: all(connection.is_closed() for connection in lost))
    answers = await asyncio.gather(*(admin.get("/v1/me") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}


async def test_the_server_ends_what_outlives_its_budget_by_the_login_and_not_by_the_session(house: House) -> None:
    budgets = {}
    for role in (APP_ROLE, WORKER_ROLE):
        connection = await asyncpg.connect(house.settings.url_for(role))
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        budgets[role] = [await connection.fetchval(f"show {name}") for name in names]
        await connection.close()
    assert budgets == {APP_ROLE: ["4s", "2s", "6s"], WORKER_ROLE: ["30s", "2s", "25s"]}
    database = Database(house.settings.url_for(APP_ROLE), pool_size=1)
    with pytest.raises(DBAPIError) as late:
        await _too_long(database)
    assert sqlstate(late.value) == "57014"
    async with database.transaction(uuid4()) as tx:
        assert await tx.session.scalar(text("show statement_timeout")) == "4s"
    await database.close()


async def _too_long(database: Database) -> None:
    async with database.transaction(uuid4()) as tx:
        await tx.session.execute(text("set local statement_timeout = '20ms'"))
        await tx.session.execute(text("select pg_sleep(5)"))


@pytest.fixture
def pooling(house: House) -> Iterator[tuple[int, Path]]:
    """The port and the configuration of a PgBouncer in transaction mode with two server connections."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    host, behind = upstream(house.settings)
    login, password = house.settings.login(APP_ROLE)
    # As root it runs under another account, which has to pass through; pytest shuts its own folders to others.
    with tempfile.TemporaryDirectory(prefix="pooler-") as name:
        folder = Path(name)
        (folder / "users.txt").write_text(f'"{login}" "{password}"\n')
        file = folder / "pgbouncer.ini"
        file.write_text(
            f"[databases]\n* = host={host} port={behind}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            f"unix_socket_dir =\nauth_type = plain\nauth_file = {folder}/users.txt\npool_mode = transaction\n"
            "default_pool_size = 2\nmax_client_conn = 100\n"
        )
        for entry in (folder, *folder.iterdir()):
            entry.chmod(0o755)
        yield port, file


@pytest.fixture
async def pooler(house: House, pooling: tuple[int, Path]) -> AsyncIterator[Settings]:
    """PgBouncer at work, and the settings that lead through it."""
    program = shutil.which("pgbouncer")
    if program is None:
        pytest.skip("pgbouncer is not installed here; docs/operations.md says how to try it")
    port, file = pooling
    user = ("-u", "nobody") if getpass.getuser() == "root" else ()
    process = await asyncio.create_subprocess_exec(program, "-q", *user, str(file), stderr=asyncio.subprocess.DEVNULL)
    url = f"postgresql://127.0.0.1:{port}{urlsplit(house.settings.database_url).path}"
    try:
        await eventually(lambda: _listens(port))
        yield house.settings.model_copy(update={"database_url": url, "statement_cache_size": 0})
    finally:
        process.terminate()
        await process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


async def test_behind_a_pooler_in_transaction_mode_every_statement_sees_its_own_vendor(
    house: House, pooler: Settings
) -> None:
    vendors = [(await house.vendor(f"Vendor {number}"))[0].id for number in range(4)]
    database = build_machinery(pooler).database
    sights: list[tuple[Any, Any]] = []

    async def look(number: int) -> None:
        vendor_id = vendors[number % 4]
        async with database.transaction(vendor_id) as tx:
            seen = await tx.session.scalars(text("select id from vendors where 1 = 1"))
            sights.append((vendor_id, list(seen)))
            rows = await tx.session.execute(text("select :n + 1, name from vendors"), {"n": number})
            assert rows.one()[0] == number + 1

    try:
        await asyncio.gather(*(look(number) for number in range(200)))
    finally:
        await database.close()
    assert len(sights) == 200
    assert all(seen == [vendor_id] for vendor_id, seen in sights)


async def test_the_whole_service_works_behind_a_pooler(house: House, pooler: Settings) -> None:
    _, admin = await house.vendor()
    through = build_machinery(pooler, house.clock)
    direct, house.machinery.database = house.machinery.database, through.database
    try:
        for number in range(12):
            made = ok(await admin.post("/v1/partners", {"display_name": f"Partner {number}", "country": "DE"}), 201)
            assert ok(await admin.get(f"/v1/partners/{made['id']}"))["display_name"] == f"Partner {number}"
        answers = await asyncio.gather(*(admin.get("/v1/partners?limit=5") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
    finally:
        house.machinery.database = direct
        await through.database.close()
