"""The second lock, without the first: SQL as the service's own logins, as an injection would send it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.conftest import Cluster
from tests.journeys.standing import standing
from tests.journeys.strangers.world import World, plant
from tests.makers import House, ok

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE

# No tenant: which vendors exist, the sealed keys, the workers' beats, the schema's version.
WITHOUT_TENANT = {"tenants", "signing_keys", "worker_beats", "alembic_version"}
APPEND_ONLY = {"events", "decisions", "deal_notes", "dispute_evidence", "partner_status_changes"}
# Whose it is follows a merge of two partners; what was said does not.
FOLLOWING = {("decisions", "partner_id"), ("deal_notes", "partner_id"), ("dispute_evidence", "partner_id")}
DENIED = (asyncpg.InsufficientPrivilegeError,)


@dataclass
class Locks:
    """Connections of the owner, the application and the worker, and whose rows are whose."""

    owner: asyncpg.Connection
    app: asyncpg.Connection
    worker: asyncpg.Connection
    tables: dict[str, str]
    vendor: UUID
    foreign: UUID
    partner: UUID
    sibling: UUID
    world: World

    async def rows(self, table: str, where: str, *values: Any) -> list[Any]:
        """Rows as their owner sees them, as JSON."""
        return [row[0] for row in await self.owner.fetch(f"select to_jsonb(t) from {table} t where {where}", *values)]


@pytest.fixture(scope="module")
async def locks(cluster: Cluster) -> AsyncIterator[Locks]:
    async with standing(cluster) as house:
        world = await plant(house)
        await _contest(world)
        owner = await asyncpg.connect(house.settings.database_url)
        app, worker = [await asyncpg.connect(house.settings.url_for(role)) for role in (APP_ROLE, WORKER_ROLE)]
        try:
            found = await owner.fetch(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            )
            scopes = {name: table.info["scope"] for name, table in Base.metadata.tables.items()}
            yield Locks(
                owner, app, worker,
                {row["relname"]: scopes.get(row["relname"], "none") for row in found},
                decode("ven", world.staff.ids["vendor_id"]), decode("ven", world.foreign.ids["vendor_id"]),
                decode("par", world.own.ids["partner_id"]), decode("par", world.sibling.ids["partner_id"]),
                world,
            )  # fmt: skip
        finally:
            for connection in (owner, app, worker):
                await connection.close()


async def _contest(world: World) -> None:
    """News that has no position yet, for the relay to see."""
    ok(await world.staff.api.patch(f"/v1/partners/{world.own.ids['partner_id']}", {"tier": "gold"}))


@pytest.fixture(autouse=True)
async def nothing_is_kept(locks: Locks) -> AsyncIterator[None]:
    """Each test in a transaction of its own that is taken back."""
    opened = [connection.transaction() for connection in (locks.app, locks.worker)]
    for one in opened:
        await one.start()
    yield
    for one in opened:
        await one.rollback()


async def tried(connection: asyncpg.Connection, statement: str, *values: Any) -> str:
    """What comes of a statement, taken back at once: its status, or the SQLSTATE of its refusal."""
    attempt = connection.transaction()
    await attempt.start()
    try:
        return str(await connection.execute(statement, *values))
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)
    finally:
        await attempt.rollback()


async def become(connection: asyncpg.Connection, vendor: UUID | None, partner: UUID | None = None) -> None:
    await connection.execute(f"set local app.vendor = '{vendor or ''}'; set local app.partner = '{partner or ''}'")


def tenant_tables(locks: Locks) -> dict[str, str]:
    return {name: scope for name, scope in locks.tables.items() if name not in WITHOUT_TENANT}


async def test_every_table_is_known_and_locked(locks: Locks) -> None:
    assert {name for name, scope in locks.tables.items() if scope in ("reference", "local", "none")} == WITHOUT_TENANT
    assert len(tenant_tables(locks)) > 25
    unlocked = await locks.owner.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
        "and not (relrowsecurity and relforcerowsecurity)"
    )
    assert {row["relname"] for row in unlocked} == WITHOUT_TENANT
    # A view or a function of the owner's would read past every policy.
    others = await locks.owner.fetch(
        "select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f') "
        "union all select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
    )
    assert [row[0] for row in others] == []


async def test_without_a_vendor_nothing_is_seen_and_with_nonsense_nothing_runs(locks: Locks) -> None:
    held = 0
    for table in tenant_tables(locks):
        held += bool(await locks.owner.fetchval(f"select count(*) from {table}"))
        assert await locks.app.fetchval(f"select count(*) from {table}") == 0, table
    assert held > 25
    await become(locks.app, None, locks.partner)
    for table in tenant_tables(locks):
        assert await locks.app.fetchval(f"select count(*) from {table}") == 0, table
    await locks.app.execute("set local app.vendor = 'x'' or true --'")
    assert await tried(locks.app, "select * from partners") == "22P02"


async def test_one_vendor_sees_no_row_of_another(locks: Locks) -> None:
    await become(locks.app, locks.vendor)
    empty = set()
    for table in tenant_tables(locks):
        theirs = await locks.owner.fetchval(f"select count(*) from {table} where vendor_id = $1", locks.foreign)
        mine = await locks.owner.fetchval(f"select count(*) from {table} where vendor_id = $1", locks.vendor)
        seen = await locks.app.fetch(f"select vendor_id, count(*) as number from {table} group by vendor_id")
        assert {row["vendor_id"]: row["number"] for row in seen} == ({locks.vendor: mine} if mine else {}), table
        if not theirs:
            empty.add(table)
    assert not empty, "plant rows there: nothing was proven"


async def test_one_partner_sees_no_row_of_another(locks: Locks) -> None:
    await become(locks.app, locks.vendor, locks.partner)
    for table, scope in tenant_tables(locks).items():
        count = await locks.app.fetchval(f"select count(*) from {table}")
        match scope:
            case "staff":
                assert count == 0, table
            case "partner" | "self":
                holder = "id" if scope == "self" else "partner_id"
                assert count > 0, table
                assert await locks.app.fetchval(f"select bool_and({holder} = $1) from {table}", locks.partner), table
            case "audience":
                odd = f"not (audience = 'everyone' or (audience = 'partner' and partner_id = '{locks.partner}'))"
                assert count > 0, table
                assert await locks.app.fetchval(f"select count(*) from {table} where {odd}") == 0, table
            case "linked":
                info = Base.metadata.tables[table].info
                column = info.get("own_column", "id")
                linked = f"select {info['link_column']} from {info['link']} where vendor_id = $1 and partner_id = $2"
                wanted = f"select {column} from {table} where vendor_id = $1 and {column} in ({linked})"
                allowed = {row[0] for row in await locks.owner.fetch(wanted, locks.vendor, locks.partner)}
                assert allowed, table
                assert {row[0] for row in await locks.app.fetch(f"select {column} from {table}")} == allowed, table
            case "published":
                statuses = {row[0] for row in await locks.app.fetch(f"select status from {table}")}
                assert statuses == {"published"}, table
                assert await locks.owner.fetchval(f"select count(*) from {table} where status = 'draft'") > 0, table
            case "disclosed":
                accesses = {row[0] for row in await locks.app.fetch(f"select partner_access from {table}")}
                assert accesses == {"write"}, table
                hidden = f"select count(*) from {table} where partner_access = 'none'"
                assert await locks.owner.fetchval(hidden) > 0, table
            case "shared" | "machinery":
                assert await locks.app.fetchval(f"select bool_and(vendor_id = $1) from {table}", locks.vendor), table
            case _:
                raise AssertionError(f"{table} has the new scope {scope}: say here who may see it")


INSERT = "insert into {0} select (jsonb_populate_record(null::{0}, $1::jsonb)).*"


async def test_a_row_is_not_written_into_another_vendor_or_partner(locks: Locks) -> None:
    """The policy speaks before any constraint does, so the copy of a row proves it."""
    for table, scope in tenant_tables(locks).items():
        foreign = await locks.rows(table, "vendor_id = $1 limit 1", locks.foreign)
        assert foreign, table
        await become(locks.app, locks.vendor)
        assert await tried(locks.app, INSERT.format(table), foreign[0]) == "42501", table
        await become(locks.app, locks.vendor, locks.partner)
        assert await tried(locks.app, INSERT.format(table), foreign[0]) == "42501", table
        if scope in ("partner", "self", "audience"):
            holder = "id" if scope == "self" else "partner_id"
            rows = await locks.rows(table, f"vendor_id = $1 and {holder} = $2 limit 1", locks.vendor, locks.sibling)
            assert await tried(locks.app, INSERT.format(table), rows[0]) == "42501", table
        if scope in ("staff", "shared", "linked", "published", "disclosed"):
            rows = await locks.rows(table, "vendor_id = $1 limit 1", locks.vendor)
            assert await tried(locks.app, INSERT.format(table), rows[0]) == "42501", table


async def test_a_row_is_not_moved_to_another_nor_touched_by_another(locks: Locks) -> None:
    nothing = {"42501", "UPDATE 0", "DELETE 0"}
    for table, scope in tenant_tables(locks).items():
        await become(locks.app, locks.vendor)
        assert await tried(locks.app, f"update {table} set vendor_id = $1", locks.foreign) == "42501", table
        for where in (f"where vendor_id = '{locks.foreign}'", f"where vendor_id <> '{locks.vendor}'"):
            assert await tried(locks.app, f"update {table} set vendor_id = vendor_id {where}") in nothing, table
            assert await tried(locks.app, f"delete from {table} {where}") in nothing, table
        await become(locks.app, locks.vendor, locks.partner)
        if scope in ("partner", "audience"):
            moved = f"update {table} set partner_id = '{locks.sibling}'"
            assert await tried(locks.app, moved) == "42501", table
            where = f"where partner_id = '{locks.sibling}'"
            assert await tried(locks.app, f"update {table} set vendor_id = vendor_id {where}") in nothing, table
            assert await tried(locks.app, f"delete from {table} {where}") in nothing, table
        if scope in ("staff", "shared", "linked", "published", "disclosed"):
            assert await tried(locks.app, f"update {table} set vendor_id = vendor_id") in nothing, table
            assert await tried(locks.app, f"delete from {table}") in nothing, table


async def test_what_was_said_is_neither_changed_nor_unsaid(locks: Locks) -> None:
    for connection in (locks.app, locks.worker):
        await become(connection, locks.vendor)
        for table in APPEND_ONLY:
            assert await tried(connection, f"delete from {table}") == "42501", table
            for column in await _columns(locks, table):
                # The relay stamps positions, and nothing else.
                stamped = (connection, table, column) == (locks.worker, "events", "position")
                if not stamped and (table, column) not in FOLLOWING:
                    change = f"update {table} set {column} = {column}"
                    assert await tried(connection, change) == "42501", (table, column)


async def _columns(locks: Locks, table: str) -> list[str]:
    found = await locks.owner.fetch(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped", table
    )
    return [row["attname"] for row in found]


@pytest.mark.parametrize(
    "statement",
    [
        "truncate events", "truncate counters", "drop table events", "alter table events disable row level security",
        "alter table events no force row level security", "drop policy events_read on events",
        "create policy mine on events for select using (true)", "alter policy events_read on events using (true)",
        "alter table events owner to current_user", "create table public.mine (a int)",
        "create function public.mine() returns int language sql as 'select 1'", "create schema mine",
        "create view public.mine as select * from events", "create extension pg_stat_statements",
        "create trigger mine before insert on events execute function pg_catalog.suppress_redundant_updates_trigger()",
        "copy events to program 'cat'", "copy events to '/tmp/mine'", "copy counters from '/etc/passwd'",
        "select pg_read_file('/etc/passwd')", "select pg_ls_dir('.')", "select lo_import('/etc/passwd')",
        "set session_replication_role = replica", "alter system set log_statement = 'all'",
        "create role mine superuser", "alter role current_user superuser", "alter role current_user bypassrls",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user and pid is not null",
        "update alembic_version set version_num = 'x'", "delete from alembic_version",
        "insert into signing_keys default values",
        "update signing_keys set kid = kid", "delete from signing_keys", "update tenants set created_at = created_at",
        "delete from tenants", "select rolpassword from pg_authid", "lock table events in access exclusive mode",
        "select * from pg_catalog.pg_user_mappings, pg_catalog.pg_largeobject", "reindex table events", "vacuum events",
    ],
)  # fmt: skip
async def test_the_service_may_do_no_owners_work(locks: Locks, statement: str) -> None:
    for connection in (locks.app, locks.worker):
        await become(connection, locks.vendor)
        outcome = await tried(connection, statement)
        assert outcome in {"42501", "25001"}, outcome


async def test_the_service_cannot_become_another_nor_turn_the_lock_off(locks: Locks) -> None:
    owner = await locks.owner.fetchval("select current_user")
    for connection in (locks.app, locks.worker):
        name = await connection.fetchval("select current_user")
        assert name not in (owner, APP_ROLE, WORKER_ROLE)
        for statement in (f'set role "{owner}"', f'set session authorization "{owner}"', "set role pg_read_all_data"):
            assert await tried(connection, statement) == "42501", statement
        # Row security that is off refuses to read what it would have filtered, instead of reading it all.
        await connection.execute("set local row_security = off")
        await become(connection, locks.vendor)
        assert await tried(connection, "select * from partners") == "42501"
        await connection.execute("set local row_security = on")
        dangerous = "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication from pg_roles"
        member = f"{dangerous} where pg_has_role('{name}', oid, 'member')"
        assert not any(row[0] for row in await locks.owner.fetch(member))
    assert await tried(locks.app, f'set role "{WORKER_ROLE}"') == "42501"


async def test_the_worker_without_a_vendor_sees_what_waits_and_nothing_else(locks: Locks) -> None:
    waiting = {"events": "position is null", "deliveries": "state = 'pending'"}
    for table in tenant_tables(locks):
        seen = await locks.worker.fetchval(f"select count(*) from {table}")
        if table in waiting:
            wanted = await locks.owner.fetchval(f"select count(*) from {table} where {waiting[table]}")
            assert seen == wanted > 0, table
        else:
            assert seen == 0, table
    for table in waiting:
        assert await tried(locks.worker, f"delete from {table}") in {"42501", "DELETE 0"}
    assert await tried(locks.worker, "update events set position = 1") in {"42501", "UPDATE 0"}
    await become(locks.worker, locks.vendor)
    assert await locks.worker.fetchval("select count(*) from events where vendor_id <> $1", locks.vendor) == 0


async def test_a_tenant_ends_with_its_transaction(house: House) -> None:
    vendor, _ = await house.vendor()
    connection = await asyncpg.connect(house.settings.url_for(APP_ROLE))
    try:
        async with connection.transaction():
            await become(connection, vendor.id)
            assert await connection.fetchval("select count(*) from personas") > 0
        assert await connection.fetchval("select count(*) from personas") == 0
        assert await connection.fetchval("select nullif(current_setting('app.vendor', true), '')") is None
    finally:
        await connection.close()
