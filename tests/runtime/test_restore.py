"""The operations page's way from a dump to a service, typed as it stands there, from one server to another."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import httpx
from tests.conftest import BASE_URL, TEST_SECRET, Cluster
from tests.journeys import typed
from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.runtime.postgres import throwaway_postgres
from ecosystem_api.runtime.postgres.binaries import find_binaries
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings
from ecosystem_api.runtime.worker import Worker

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
POLICIES = "select tablename, policyname, cmd, roles::text[] as roles, qual, with_check from pg_policies order by 1, 2"
FORCED = "select relname from pg_class where relkind = 'r' and relrowsecurity and relforcerowsecurity order by 1"
GRANTS = (
    "select table_name, grantee, privilege_type from information_schema.role_table_grants "
    "where grantee in ('ecosystem_app', 'ecosystem_worker') order by 1, 2, 3"
)


def programs() -> str:
    """Where the page's programs are: PostgreSQL's and ours."""
    return f"{find_binaries()}:{sys.prefix}/bin:{os.environ['PATH']}"


async def type_in(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": programs(), "HOME": str(folder), **environment}
    return await asyncio.to_thread(
        subprocess.run, ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=kept, capture_output=True, text=True
    )


async def contents(url: str) -> dict[str, list[dict[str, object]]]:
    """Every row of a database but those of its logins' budgets, with the policies and grants that guard them."""
    connection = await asyncpg.connect(url)
    try:
        found = {"policies": POLICIES, "forced": FORCED, "grants": GRANTS}
        for row in await connection.fetch("select tablename from pg_tables where schemaname = 'public' order by 1"):
            found[row[0]] = f'select md5(t::text) as row from "{row[0]}" t order by 1'
        return {name: [dict(row) for row in await connection.fetch(sql)] for name, sql in found.items()}
    finally:
        await connection.close()


async def test_who_follows_the_page_serves_the_same_from_another_server_and_no_consumer_misses_anything(
    house: House, cluster: Cluster, tmp_path: Path
) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Alpine Networks")
    deal = await a_submission(partner)
    await house.drain()
    page = next(block for block in typed.blocks(PAGE.read_text()) if block.language == "bash")
    dumping, restoring = page.text.split("\n", 1)
    old = cluster.url(house.settings.database_url.rpartition("/")[2])
    done = await type_in(dumping, tmp_path, OLD_URL=old)
    assert done.returncode == 0, done.stderr
    before = await contents(old)
    assert len(before["policies"]) > 200
    # What happens after the dump is lost, but somebody has read of it.
    await a_draft(partner, "Umbra AG")
    await house.drain()
    feed = ok(await partner.get("/v1/events", params={"after": 0, "limit": 200}))
    with throwaway_postgres() as server:
        superuser = await asyncpg.connect(server.url())
        await superuser.execute("create role owner login createrole createdb password 'plain'")
        await superuser.close()
        owner = f"postgresql://owner:plain@{server.url().rpartition('@')[2].rpartition('/')[0]}"
        kept = {"SERVER": owner, "ECOSYSTEM_SECRET": TEST_SECRET, "ECOSYSTEM_BASE_URL": BASE_URL}
        done = await type_in(restoring, tmp_path, **kept)
        assert done.returncode == 0, done.stderr
        after = await contents(server.url("ecosystem"))
        # Every feed is led on, and `finish` finds the signing key in place.
        assert {name for name in before if before[name] != after[name]} == {"event_heads"}
        stopped = await type_in(f"pg_dump {owner}/ecosystem > partial.sql", tmp_path)
        assert "row-level security" in stopped.stderr
        await _serves_on(Settings(**kept_settings(house, f"{owner}/ecosystem")), partner, deal, feed["next_after"])


def kept_settings(house: House, url: str) -> dict[str, object]:
    return house.settings.model_dump(exclude={"database_url", "login_prefix"}) | {"DATABASE_URL": url}


async def _serves_on(settings: Settings, partner: Api, deal: dict[str, object], read_so_far: int) -> None:
    """The credential of before opens the service, the deal reads as it did, and a reader far ahead hears what comes."""
    machinery, labour = build_machinery(settings), build_machinery(settings, role=WORKER_ROLE)
    app = create_app(machinery)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            api = await Api(http, partner.client).login()
            assert ok(await api.get(f"/v1/deal-registrations/{deal['id']}")) == deal
            drafted = await a_draft(api, "Penumbra AG")
            await Worker(labour).drain()
            news = ok(await api.get("/v1/events", params={"after": read_so_far}))["data"]
            assert [(event["type"], event["subject_id"]) for event in news] == [
                ("deal_registration.created", drafted["id"])
            ]
    finally:
        await labour.database.close()
