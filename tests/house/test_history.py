"""Migrations: one line, up and down again, equal to the tables in code."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ecosystem_api.runtime.bootstrap import alembic_config
from tests.conftest import Cluster
from tests.house.checks import judged
from tests.house.checks.history import LEFTOVERS, one_line


@pytest.fixture
async def empty(cluster: Cluster) -> AsyncIterator[str]:
    """The URL of an empty database."""
    name = f"{cluster.template}_empty"
    await cluster.execute(f"create database {name}")
    try:
        yield cluster.url(name)
    finally:
        await cluster.drop(name)


def test_steps_stand_in_one_line() -> None:
    judged(one_line(ScriptDirectory.from_config(alembic_config("postgresql://nowhere"))))


async def test_every_step_goes_up_down_and_up_again_and_leaves_nothing(empty: str) -> None:
    config = alembic_config(empty)
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert steps
    for step in steps:
        await asyncio.to_thread(command.upgrade, config, step)
        await asyncio.to_thread(command.downgrade, config, "-1")
        await asyncio.to_thread(command.upgrade, config, step)
    await asyncio.to_thread(command.check, config)
    await _execute(empty, "alter table vendors add column surprise text")
    with pytest.raises(CommandError, match="surprise"):
        await asyncio.to_thread(command.check, config)
    await _execute(empty, "alter table vendors drop column surprise; create table forgotten (id int)")
    await asyncio.to_thread(command.downgrade, config, "base")
    assert await _leftovers(empty) == ["forgotten"], "a downgrade leaves something behind: drop it, or policies first"


async def test_accounts_from_before_are_found_by_similar_names_too(empty: str) -> None:
    config, step = alembic_config(empty), "find_accounts_by_similar_names"
    await asyncio.to_thread(command.upgrade, config, step)
    await asyncio.to_thread(command.downgrade, config, "-1")
    vendor, account = "gen_random_uuid() as vendor_id", "gen_random_uuid() as id"
    await _execute(
        empty,
        "set session_replication_role = replica;"  # the vendor's own row does not matter here
        "insert into accounts (vendor_id, id, name, normal_name, name_key, country, created_at, updated_at)"
        " select vendor_id, id, 'Northwind Robotics', 'northwind robotics', 'northwindrobotics', 'DE', now(), now()"
        f" from (select {vendor}, {account} from generate_series(1, 3)) made",
    )
    await asyncio.to_thread(command.upgrade, config, step)
    connection = await asyncpg.connect(empty)
    try:
        found = await connection.fetch("select key, count(*) from account_name_keys group by key order by key")
    finally:
        await connection.close()
    keys = ["^north", "nrthwnd", "nrthwnd rbtc", "otics$", "rbtc"]
    assert {row["key"]: row["count"] for row in found} == dict.fromkeys(keys, 3)


async def test_credentials_narrowed_before_keep_the_grants_that_were_respelt(empty: str) -> None:
    config, step = alembic_config(empty), "spell_grants_with_hyphens"
    await asyncio.to_thread(command.upgrade, config, step)
    await asyncio.to_thread(command.downgrade, config, "-1")
    await _execute(
        empty,
        "set session_replication_role = replica;"
        "insert into clients (vendor_id, id, name, role, scopes, status, version, created_at, updated_at)"
        " values (gen_random_uuid(), gen_random_uuid(), 'sync', 'integration', '{request_log:read,deals:read}',"
        " 'active', 1, now(), now())",
    )
    connection = await asyncpg.connect(empty)
    try:
        await asyncio.to_thread(command.upgrade, config, step)
        assert await connection.fetchval("select scopes from clients") == ["request-log:read", "deals:read"]
        await asyncio.to_thread(command.downgrade, config, "-1")
        assert await connection.fetchval("select scopes from clients") == ["request_log:read", "deals:read"]
    finally:
        await connection.close()


async def test_the_constraint_of_before_is_not_brought_back_over_claims_that_it_would_refuse(empty: str) -> None:
    config, step = alembic_config(empty), "one_holder_by_region"
    await asyncio.to_thread(command.upgrade, config, step)
    held = (
        "gen_random_uuid(), vendor_id, vendor_id, vendor_id, vendor_id, region, '[2026-01-01, 2026-03-01)', '', now()"
    )
    await _execute(
        empty,
        "set session_replication_role = replica;"  # the rows around a claim do not matter here
        "insert into protections"
        " (vendor_id, id, partner_id, deal_id, account_id, product_id, region, period, basis, created_at)"
        f" select vendor_id, {held} from (select gen_random_uuid() as vendor_id) one,"
        " unnest(array['dach', 'uk']) region",
    )
    with pytest.raises(RuntimeError, match="side by side"):
        await asyncio.to_thread(command.downgrade, config, "-1")
    await _execute(empty, "delete from protections where region = 'uk'")
    await asyncio.to_thread(command.downgrade, config, "-1")
    await asyncio.to_thread(command.upgrade, config, step)


def test_a_forked_history_is_noticed(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("")
    for number, (name, parent) in enumerate({"a": None, "b": "a", "c": "a", "d": ("b", "c"), "e": "a"}.items()):
        text = (
            f'"""Step {name}."""\nrevision = "{name}"\ndown_revision = {parent!r}\nbranch_labels = depends_on = None\n'
        )
        (tmp_path / "versions" / f"{number}.py").write_text(text if name != "b" else text.split("\n", 1)[1])
    assert set(one_line(ScriptDirectory.from_config(config))) == {"heads", "d", "b"}


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _leftovers(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["name"] for row in await connection.fetch(LEFTOVERS)]
    finally:
        await connection.close()
