"""The owner's work: migrate the schema, make the service's logins and the first signing key, check who connects."""

import asyncio
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
    return ScriptDirectory.from_config(config).get_current_head()


async def prepare(settings: Settings) -> None:
    """Bring a database to this code's schema and make it ready to serve. Safe to repeat.

    Errors: RuntimeError when DATABASE_URL is missing or its login may not do the owner's work.
    """
    if not settings.database_url:
        raise RuntimeError("DATABASE_URL is not set: name the database's owner, or use `make run`")
    await asyncio.to_thread(command.upgrade, alembic_config(settings.database_url), "head")
    connection = await asyncpg.connect(settings.database_url)
    try:
        # /readyz compares the schema with the code, as the application.
        await connection.execute(f"grant select on alembic_version to {APP_ROLE}")
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
        # Budgets of one request: a statement, a lock, and an idle transaction may not outlive the client's patience.
        limits = {"statement_timeout": "10s", "lock_timeout": "4s", "idle_in_transaction_session_timeout": "15s"}
        for setting, value in limits.items():
            await connection.execute(f"alter role {name} set {setting} = '{value}'")
    except asyncpg.InsufficientPrivilegeError as error:
        owner = await connection.fetchval("select current_user")
        raise RuntimeError(
            f"{owner} may not make the login {login} a member of {role} ({error.args[0]}): give {owner} CREATEROLE, "
            f"and if {role} was made by another owner of this cluster, `grant {role} to {owner} with admin option`"
        ) from error


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
