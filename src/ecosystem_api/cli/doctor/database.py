"""The database, first as its owner, then as the service's own logins."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from ecosystem_api.cli.doctor.finding import Finding, fine, unknown, wrong
from ecosystem_api.runtime.bootstrap import alembic_config, find_schema_fault, refuse_unsafe_login
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.health import STALE_BEAT_SECONDS
from ecosystem_api.runtime.keyring import Keyring
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE, Settings
from ecosystem_api.runtime.tenants import WorkerBeatRow
from ecosystem_api.runtime.tokens import SealBroken

OLDEST_POSTGRES, NEWEST_POSTGRES = 15, 18
MOST_SKEW_SECONDS = 2.0
MOST_LAG_SECONDS = 60.0
PATIENCE_SECONDS = 5.0
MIGRATE = "run `ecosystem-api migrate` with the owner's DATABASE_URL"
OWNER_SUBJECTS = ("PostgreSQL", "extensions", "clock", "schema")
LOGIN_SUBJECTS = ("signing key", "worker", "relay")
_EXTENSION = re.compile(r"create extension if not exists (\w+)")


async def examine_database(settings: Settings) -> list[Finding]:
    """Everything about the database, in the order in which one thing needs another."""
    try:
        owner = await asyncpg.connect(settings.database_url, timeout=PATIENCE_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        reason = f"{type(error).__name__}: {str(error) or 'no answer'}"
        remedy = "start the server, or correct host, port, login and database in DATABASE_URL"
        later = (*OWNER_SUBJECTS, "login app", "login worker", *LOGIN_SUBJECTS)
        return [wrong("database", reason, remedy), *(unknown(name, "the database is not reachable") for name in later)]
    try:
        address = (
            f"{await owner.fetchval('select current_database()')} as {await owner.fetchval('select current_user')}"
        )
        findings = [
            fine("database", address),
            await _version(owner),
            await _extensions(owner, settings),
            await _clock(owner),
        ]
        schema = await _schema(owner, settings)
    finally:
        await owner.close()
    if schema.remedy:
        rest = ("login app", "login worker", *LOGIN_SUBJECTS)
        return [*findings, schema, *(unknown(name, "the schema is not this version's") for name in rest)]
    return [*findings, schema, *await _logins(settings)]


async def _version(owner: asyncpg.Connection) -> Finding:
    # As the server writes it: the driver takes the minor number for a third one.
    told = str(await owner.fetchval("show server_version")).partition(" ")[0]
    if not OLDEST_POSTGRES <= owner.get_server_version().major <= NEWEST_POSTGRES:
        return wrong("PostgreSQL", told, f"use PostgreSQL {OLDEST_POSTGRES} to {NEWEST_POSTGRES}")
    return fine("PostgreSQL", told)


async def _extensions(owner: asyncpg.Connection, settings: Settings) -> Finding:
    needed = needed_extensions(settings)
    rows = await owner.fetch("select name from pg_available_extensions where name = any($1::text[])", sorted(needed))
    missing = sorted(needed - {row["name"] for row in rows})
    if missing:
        remedy = "install PostgreSQL's contrib modules on the server (package postgresql-contrib)"
        return wrong("extensions", f"{', '.join(missing)} cannot be installed", remedy)
    return fine("extensions", ", ".join(sorted(needed)))


def needed_extensions(settings: Settings) -> set[str]:
    """The extensions that the migration steps create: read from the steps, so that this list is never stale."""
    folder = Path(str(alembic_config(settings.database_url).get_main_option("script_location"))) / "versions"
    return {name for step in sorted(folder.glob("*.py")) for name in _EXTENSION.findall(step.read_text("utf-8"))}


async def _clock(owner: asyncpg.Connection) -> Finding:
    asked = time.monotonic()
    theirs: datetime = await owner.fetchval("select clock_timestamp()")
    skew = (datetime.now(UTC) - theirs).total_seconds() - (time.monotonic() - asked) / 2
    told = f"{abs(skew):.2f} s between this machine and the database"
    if abs(skew) > MOST_SKEW_SECONDS:
        return wrong(
            "clock", told, "let both machines synchronise their clocks (NTP): deadlines and leases depend on it"
        )
    return fine("clock", told)


async def _schema(owner: asyncpg.Connection, settings: Settings) -> Finding:
    exists = await owner.fetchval("select to_regclass('alembic_version') is not null")
    current = await owner.fetchval("select version_num from alembic_version") if exists else None
    if fault := find_schema_fault(alembic_config(settings.database_url), current):
        return wrong("schema", fault, MIGRATE)
    return fine("schema", f"at {current}")


async def _logins(settings: Settings) -> list[Finding]:
    findings = []
    for role in (APP_ROLE, WORKER_ROLE):
        findings.append(await _login(settings, role))
    if any(finding.remedy for finding in findings):
        return [*findings, *(unknown(name, "a login does not work") for name in LOGIN_SUBJECTS)]
    database = Database(settings.url_for(APP_ROLE), pool_size=1)
    try:
        return [*findings, await _signing_key(database, settings), *await _worker(database)]
    finally:
        await database.close()


async def _login(settings: Settings, role: str) -> Finding:
    subject = f"login {role.removeprefix('ecosystem_')}"
    database = Database(settings.url_for(role), pool_size=1)
    try:
        await refuse_unsafe_login(database)
    except RuntimeError as error:
        return wrong(subject, str(error), f"take the attribute or the tables from it, then {MIGRATE}")
    except (SQLAlchemyError, OSError, asyncpg.PostgresError) as error:
        return wrong(subject, f"{settings.login(role)[0]} cannot log in ({type(error).__name__})", MIGRATE)
    finally:
        await database.close()
    return fine(subject, f"{settings.login(role)[0]} cannot pass row-level security")


async def _signing_key(database: Database, settings: Settings) -> Finding:
    try:
        await Keyring(settings).load(database)
    except SealBroken:
        remedy = "set ECOSYSTEM_SECRET to the secret this installation was made with"
        return wrong("signing key", "this secret does not open it", remedy)
    except RuntimeError as error:
        return wrong("signing key", str(error), MIGRATE)
    return fine("signing key", "opens with this secret")


async def _worker(database: Database) -> list[Finding]:
    age = func.extract("epoch", func.now() - WorkerBeatRow.beat_at)
    async with database.crossing() as session:
        statement = select(age.label("age"), WorkerBeatRow.relay_lag_seconds, WorkerBeatRow.overdue)
        beat = (await session.execute(statement.order_by(WorkerBeatRow.beat_at.desc()).limit(1))).first()
    if beat is None or float(beat.age) > STALE_BEAT_SECONDS:
        told = "none has ever reported" if beat is None else f"none has reported for {float(beat.age):.0f} s"
        remedy = "start one: `ecosystem-api worker`"
        return [wrong("worker", told, remedy), unknown("relay", "no worker is at work")]
    told = f"news waits {beat.relay_lag_seconds:.1f} s at most, {beat.overdue} deliveries are overdue"
    if beat.relay_lag_seconds > MOST_LAG_SECONDS or beat.overdue:
        relay = wrong("relay", told, "start more workers, and look for `delivery_failed` in the workers' logs")
    else:
        relay = fine("relay", told)
    return [fine("worker", f"reported {float(beat.age):.0f} s ago"), relay]
