"""Run migrations as the owner of the schema, with a lock timeout so that a migration never queues up writers."""

import asyncio
import os
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from ecosystem_api.areas import HOUSE
from ecosystem_api.runtime.database import Base, open_engine
from ecosystem_api.runtime.settings import Settings
from migrations.authoring import protect_new_tables

assert HOUSE, "the rooms are imported first: without them the metadata is empty"
LOCK_TIMEOUT = Settings().migration_lock_timeout


def _include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_object=_include,
        transaction_per_migration=True,
        process_revision_directives=protect_new_tables,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _online() -> None:
    url = context.config.attributes.get("url") or os.environ["DATABASE_URL"]
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.commit()
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Offline SQL is not offered: policies and grants are checked against a live server.")
asyncio.run(_online())
