"""The schema distributes by vendor, and nobody reads another vendor's rows: asked of PostgreSQL itself."""

import re

import asyncpg
import pytest
from sqlalchemy import CheckConstraint

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE
from tests.conftest import Cluster
from tests.house.checks import judged
from tests.house.checks.schema import broken_rules, rewritable, unsafe_roles

REFERENCE = {
    "tenants": "says which vendors exist and nothing else about them",
    "signing_keys": "the installation's own keys, before any vendor is known",
}
LOCAL = {"worker_beats": "signs of life of this installation's worker processes"}
APPEND_ONLY = ("events",)
OPEN_TO_THE_WORKER = {
    "deliveries_relay": "names vendors with due work; rows are claimed inside one vendor",
    "events_relay": "names vendors with news; positions are stamped inside one vendor",
}


async def test_every_table_keeps_the_rules_of_the_schema(template: asyncpg.Connection) -> None:
    tables = await template.fetchval("select count(*) from pg_class where relforcerowsecurity")
    assert tables >= 8, "the tables were not found: the check would pass over nothing"
    judged(await broken_rules(template, REFERENCE, LOCAL))


async def test_tables_without_a_tenant_are_listed() -> None:
    untenanted = {
        name: t.info["scope"] for name, t in Base.metadata.tables.items() if "vendor_id" not in t.primary_key.columns
    }
    marked = {
        name: t.info["scope"] for name, t in Base.metadata.tables.items() if t.info["scope"] in ("reference", "local")
    }
    assert marked == dict.fromkeys(REFERENCE, "reference") | dict.fromkeys(LOCAL, "local")
    assert untenanted.keys() <= marked.keys()


async def test_the_services_logins_own_nothing_and_bypass_nothing(template: asyncpg.Connection) -> None:
    judged(await unsafe_roles(template, (APP_ROLE, WORKER_ROLE)))


async def test_what_was_appended_stays(template: asyncpg.Connection) -> None:
    for role in (APP_ROLE, WORKER_ROLE):
        judged(await rewritable(template, role, APPEND_ONLY))


async def test_only_listed_policies_look_beyond_one_vendor(template: asyncpg.Connection) -> None:
    rows = await template.fetch(
        "select polname from pg_policy where coalesce(pg_get_expr(polqual, polrelid), '') not like '%vendor_id =%' "
        "and coalesce(pg_get_expr(polwithcheck, polrelid), '') not like '%vendor_id =%'"
    )
    judged({row[0]: "sees more than one vendor's rows" for row in rows}, OPEN_TO_THE_WORKER)


async def test_the_database_checks_what_the_tables_in_code_say(template: asyncpg.Connection) -> None:
    # Alembic compares everything but these.
    rows = await template.fetch(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'c' and conrelid <> 0 and convalidated"
    )
    stored = {(table, name): _words(law) for table, name, law in rows}
    declared = {
        (table.name, str(check.name)): _words(str(check.sqltext))
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert stored == declared


def _words(law: str) -> frozenset[str]:
    return frozenset(re.findall(r"'(\w+)'", law))


BAD = {
    "create table late (id uuid primary key, vendor_id uuid not null)": {"S1", "S2", "S3", "R21"},
    "create table loose (vendor_id uuid not null, email text unique)": {"S2", "S3", "S5", "R21"},
    "create table lead (vendor_id uuid, id uuid, primary key (vendor_id, id), other uuid references anchors (id))": {
        "S4", "R21"
    },
    "create table serials (vendor_id uuid, id uuid, primary key (vendor_id, id), n serial)": {"S6", "R21"},
    "create table made (vendor_id uuid, id uuid default gen_random_uuid(), primary key (vendor_id, id))": {"S6", "R21"},
    "create table counted (vendor_id uuid, id int generated always as identity, primary key (vendor_id, id))": {
        "S6", "R21"
    },
    "create function f() returns trigger language plpgsql as 'begin return new; end'; "
    "create trigger t before update on vendors for each row execute function f()": {"S7", "R23"},
    "create view everybody as select * from vendors": {"S16"},
    "create materialized view everything as select * from vendors": {"S16"},
    "alter table vendors no force row level security": {"R21"},
    "drop policy vendors_update on vendors": {"R21"},
    "drop policy vendors_insert on vendors; "
    "create policy open on vendors for insert to ecosystem_app with check (true)": {"R21"},
}  # fmt: skip


@pytest.fixture
async def scratch(cluster: Cluster) -> asyncpg.Connection:
    """A connection of the owner to a database of its own, for breaking things."""
    name = await cluster.clone()
    connection = await asyncpg.connect(cluster.url(name))
    try:
        yield connection
    finally:
        await connection.close()
        await cluster.drop(name)


async def test_every_broken_rule_is_noticed(scratch: asyncpg.Connection) -> None:
    await scratch.execute("create table anchors (id uuid primary key)")
    for ddl, rules in BAD.items():
        undo = scratch.transaction()
        await undo.start()
        await scratch.execute(ddl)
        found = await broken_rules(
            scratch, {*REFERENCE, "anchors"} if "S4" not in rules else REFERENCE, [*LOCAL, "anchors"]
        )
        assert {name.split()[0] for name in found} == rules, (ddl, found)
        await undo.rollback()


async def test_a_role_that_may_too_much_is_noticed(scratch: asyncpg.Connection) -> None:
    role = f"{await scratch.fetchval('select current_database()')}_strong"
    await scratch.execute(f"create role {role} createdb bypassrls; grant create on schema public to {role}")
    try:
        await scratch.execute(f"create table tower (id int); alter table tower owner to {role}")
        found = await unsafe_roles(scratch, [role])
        assert {name.split(":")[0] for name in found} == {
            "R20 attributes", "R20 ownership", "R20 schema", "R45 truncation"
        }  # fmt: skip
        await scratch.execute(f"grant update (data), delete on events to {role}")
        assert set(await rewritable(scratch, role, APPEND_ONLY)) == {"R45: events by delete"}
    finally:
        await scratch.execute(f"drop owned by {role}; drop role {role}")
