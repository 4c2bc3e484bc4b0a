"""What the code may say to the database."""

import asyncpg

from ecosystem_api.areas import PLAN
from tests.house.checks import judged
from tests.house.checks.schema import volatile_functions
from tests.house.checks.statements import (
    Source,
    crossings,
    functions_used,
    lasting_settings,
    moved_tenants,
    unscoped_reads,
    unscoped_writes,
)

CROSSING = {
    "ecosystem_api/cli/doctor/database.py:_worker": "asks the worker's sign of life",
    "ecosystem_api/runtime/bootstrap.py:prepare": "the owner makes the first signing key before any vendor exists",
    "ecosystem_api/runtime/bootstrap.py:refuse_unsafe_login": "asks about the login itself, at start",
    "ecosystem_api/runtime/health.py:readyz": "asks the schema's version and the worker's sign of life",
    "ecosystem_api/runtime/keyring.py:Keyring": "reads the installation's keys, at start",
    "ecosystem_api/runtime/ledger/crossing.py:beat": "the worker's sign of life, with counts over its own queue",
    "ecosystem_api/runtime/ledger/crossing.py:every_vendor": "names vendors for housekeeping",
    "ecosystem_api/runtime/ledger/crossing.py:vendors_with_due_work": "names vendors, so that work is claimed in each",
    "ecosystem_api/runtime/ledger/crossing.py:vendors_with_news": "names vendors, so that news is stamped in each",
}
VOLATILE = {"pg_try_advisory_xact_lock": "a lock is an effect", "pg_advisory_xact_lock": "a lock is an effect"}
UNSCOPED_READS = {
    "ecosystem_api/market/accounts/store/evidence.py:holding_keys": "joins the keys to a part that begins scoped"
}
UNSCOPED_WRITES: dict[str, str] = {}
MOVED: dict[str, str] = {}


def test_nothing_outlives_its_transaction(code: list[Source]) -> None:
    judged({k: v for source in code for k, v in lasting_settings(source).items()})


def test_statements_that_cross_vendors_are_listed(code: list[Source]) -> None:
    judged({k: v for source in code for k, v in crossings(source).items()}, CROSSING)


def test_every_select_in_a_room_begins_scoped(code: list[Source]) -> None:
    rooms = _rooms(code)
    assert len(rooms) > 20, "the rooms were not found: the check would pass over nothing"
    judged({k: v for source in rooms for k, v in unscoped_reads(source).items()}, UNSCOPED_READS)


def test_every_bulk_write_in_a_room_names_the_vendor(code: list[Source]) -> None:
    judged({k: v for source in _rooms(code) for k, v in unscoped_writes(source).items()}, UNSCOPED_WRITES)


def test_a_row_keeps_its_vendor(code: list[Source]) -> None:
    judged({k: v for source in code for k, v in moved_tenants(source).items()}, MOVED)


async def test_no_function_that_differs_per_row_or_node_is_asked(
    code: list[Source], template: asyncpg.Connection
) -> None:
    used = {name for source in code for name in functions_used(source)}
    assert "now" in used
    volatile = await volatile_functions(template, used)
    remedy = "volatile: a distributed UPDATE refuses it; compute the value in Python"
    judged(dict.fromkeys(volatile, remedy), {name: VOLATILE[name] for name in VOLATILE.keys() & used})
    assert await volatile_functions(template, {"random", "gen_random_uuid", "now"}) == {"random", "gen_random_uuid"}


def test_a_lasting_setting_is_noticed() -> None:
    for line in (
        "await c.execute('set app.vendor = 1')",
        'await c.execute(f"begin; set search_path to {x}")',
        "await c.execute('reset all')",
        "await c.execute(\"select set_config('app.vendor', $1, false)\")",
        "select(func.set_config('app.vendor', x, True))",
        "select(func.pg_advisory_lock(1))",
        "text('select pg_try_advisory_lock(1)')",
    ):
        assert lasting_settings(_source(line)), line
    for line in (
        "await c.execute(f\"begin; set local app.vendor = '{x}'\")",
        "select(func.pg_advisory_xact_lock(1))",
        "x = 'set of rows'",
        "x = 'set ECOSYSTEM_PORT to another port, or set it to 3'",
    ):
        assert not lasting_settings(_source(line)), line


def test_an_unlisted_crossing_and_its_lock_are_noticed() -> None:
    bad = _source("async with database.crossing() as s:\n        s.scalar(q.with_for_update())")
    assert set(crossings(bad)) == {"ecosystem_api/a/b/store.py:f", "ecosystem_api/a/b/store.py:f locks"}


def test_an_unscoped_statement_is_noticed() -> None:
    for line in ("return select(Row)", "return tx.session.get(Row, 1)", "return tx.session.execute(text('select 1'))"):
        assert unscoped_reads(_source(line)), line
        assert not unscoped_reads(Source.of("ecosystem_api/a/b/facts.py", f"def f():\n    {line}")), line
    assert not unscoped_reads(_source("return scoped(tx, Row).where(body.get('x'))"))
    assert not unscoped_reads(_source("return select(func.pg_advisory_xact_lock(h(tx.vendor_id)))"))
    assert unscoped_writes(_source("await tx.session.execute(update(Row).values(x=1))"))
    assert not unscoped_writes(_source("await tx.session.execute(update(Row).where(Row.vendor_id == v).values(x=1))"))
    assert not unscoped_writes(_source("mine = Row.vendor_id == v; await e(delete(Row).where(mine))"))


def test_a_moved_row_is_noticed() -> None:
    assert moved_tenants(_source("row.vendor_id = other"))
    assert not moved_tenants(_source("row.partner_id = other"))


def _rooms(code: list[Source]) -> list[Source]:
    return [source for source in code if source.name.split("/")[1] in PLAN]


def _source(line: str) -> Source:
    return Source.of("ecosystem_api/a/b/store.py", f"async def f():\n    {line}\n")
