"""The owner's work: migrate the schema, make the service's logins and the first signing key, check who connects."""

import asyncio
from functools import cache
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ecosystem_api.runtime.clock import system_clock
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.keyring import ensure_signing_key
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE, Settings

API_BUDGET = {"statement_timeout": "4s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "6s"}
# A statement is planned once for all vendors and values: ours are few and long and take longer to plan than to run, and
# left to itself PostgreSQL plans some of them every time. What a plan must know, as a limit, stands in the text.
PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan"}
WORKER_BUDGET = {"statement_timeout": "30s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "25s"}
# A client that vanished without a word holds its locks for eight seconds, not for the system's two hours.
GONE_CLIENT = {
    "tcp_user_timeout": "8s",
    "tcp_keepalives_idle": "3s",
    "tcp_keepalives_interval": "2s",
    "tcp_keepalives_count": "2",
}


def alembic_config(url: str) -> Config:
    """Alembic's configuration for this installation. Errors: RuntimeError when `alembic.ini` is not to be found."""
    here = Path(__file__).resolve()
    for folder in (Path.cwd(), *here.parents):
        if (folder / "alembic.ini").is_file() and (folder / "migrations" / "env.py").is_file():
            config = Config(str(folder / "alembic.ini"))
            config.attributes["url"] = url
            return config
    raise RuntimeError("alembic.ini and migrations/ were not found: run from the project's folder")


def schema_head(config: Config) -> str | None:
    """The newest migration step this code knows."""
    return _steps(str(config.config_file_name))[0]


def find_schema_fault(config: Config, current: str | None) -> str | None:
    """Why this code cannot work on a database at step `current`; None when it can.

    Edges: a step this code does not know was made by a newer version, which keeps room for the one before it, so
    processes of both serve while an upgrade rolls.
    """
    head, known = _steps(str(config.config_file_name))
    if current == head or (current is not None and current not in known):
        return None
    return f"at {current or 'nothing'}, this code needs {head}"


@cache
def _steps(ini: str) -> tuple[str | None, frozenset[str]]:
    # Read once: every step is a Python file, and /readyz is asked every few seconds.
    # By way of the configuration, which says from where the steps import.
    folder = ScriptDirectory.from_config(Config(ini))
    return folder.get_current_head(), frozenset(step.revision for step in folder.walk_revisions())


async def prepare(settings: Settings) -> None:
    """Bring a database to this code's schema and make it ready to serve. Safe to repeat.

    Errors: RuntimeError when DATABASE_URL is missing or its login may not do the owner's work.
    """
    if not settings.database_url:
        raise RuntimeError("DATABASE_URL is not set: name the database's owner, or use `make run`")
    config = alembic_config(settings.database_url)
    connection = await asyncpg.connect(settings.database_url)
    try:
        # Where there is nothing to do, the steps' environment, which opens the whole house, need not be loaded.
        if await _step_of(connection) != schema_head(config):
            await asyncio.to_thread(command.upgrade, config, "head")
        # /readyz compares the schema with the code, in the API and in the worker.
        await connection.execute(f"grant select on alembic_version to {APP_ROLE}, {WORKER_ROLE}")
        for role in (APP_ROLE, WORKER_ROLE):
            await _ensure_login(connection, settings, role)
    finally:
        await connection.close()
    owner = Database(settings.database_url, pool_size=1)
    try:
        async with owner.crossing() as session:
            await ensure_signing_key(session, settings, system_clock())
    finally:
        await owner.close()


async def _step_of(connection: asyncpg.Connection) -> str | None:
    if await connection.fetchval("select to_regclass('alembic_version')") is None:
        return None
    step: str | None = await connection.fetchval("select version_num from alembic_version")
    return step


async def _ensure_login(connection: asyncpg.Connection, settings: Settings, role: str) -> None:
    """Make or refresh one login. Errors: RuntimeError when the owner may not; what is dangerous is never granted."""
    login, password = settings.login(role)
    if login in (APP_ROLE, WORKER_ROLE):
        raise RuntimeError(
            f"the login would be called {login}, which is the name of the role it is a member of: "
            "set ECOSYSTEM_LOGIN_PREFIX to something else"
        )
    name = await connection.fetchval("select quote_ident($1)", login)
    secret = await connection.fetchval("select quote_literal($1)", password)
    # Only what an owner with CREATEROLE may say: a new role has none of the dangerous attributes, and an existing one
    # that somebody gave them is refused at start-up by `refuse_unsafe_login`.
    attributes = f"login password {secret}"
    known = await connection.fetchval("select 1 from pg_roles where rolname = $1", login)
    try:
        try:
            await connection.execute(f"{'alter' if known else 'create'} role {name} {attributes}")
        except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            await connection.execute(f"alter role {name} {attributes}")
        await connection.execute(f"grant {role} to {name}")
        for setting, value in await _budget(connection, role):
            await connection.execute(f"alter role {name} set {setting} = '{value}'")
    except asyncpg.InsufficientPrivilegeError as error:
        owner = await connection.fetchval("select current_user")
        raise RuntimeError(
            f"{owner} may not make the login {login} a member of {role} ({error.args[0]}): give {owner} CREATEROLE, "
            f"and if {role} was made by another owner of this cluster, `grant {role} to {owner} with admin option`"
        ) from error


async def _budget(connection: asyncpg.Connection, role: str) -> list[tuple[str, str]]:
    """What the server ends by itself. Settings of the login, so that no pooler hands them to another and none is sent.

    Shape: a request's statement, lock and pause fit into the client's patience; the worker's pauses are as long as a
    delivery may last, because a handler may wait for somebody else's server.
    """
    budget = list(((API_BUDGET | PLANNED_ONCE) if role == APP_ROLE else WORKER_BUDGET).items())
    # A server on another system would complain of these at every connection.
    if "linux" in await connection.fetchval("select version()"):
        budget += GONE_CLIENT.items()
    return budget


async def refuse_unsafe_login(database: Database) -> None:
    """Start-up check: the service's login must not be able to ignore row-level security.

    Errors: RuntimeError for a superuser, a role that bypasses policies, or an owner of tables.
    """
    async with database.crossing() as session:
        row = (
            await session.execute(
                text(
                    "select current_user as name, rolsuper, rolbypassrls, exists (select 1 from pg_class c "
                    "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' "
                    "and c.relowner = r.oid) as owns from pg_roles r where rolname = current_user"
                )
            )
        ).one()
    if row.rolsuper or row.rolbypassrls or row.owns:
        raise RuntimeError(
            f"the login {row.name} may ignore row-level security (superuser, BYPASSRLS or owner of tables): "
            "run `ecosystem-api migrate` as the owner and serve with the login it makes"
        )
