"""Write the next migration step: what the tables in code have and a migrated database lacks.

Run: `make step n="remember merged partners"`. The step is a proposal: read it, and write by hand what a comparison
cannot know (a column's backfill, an index made CONCURRENTLY on a grown table).
"""

import asyncio
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from alembic import command

from ecosystem_api.runtime.bootstrap import alembic_config
from ecosystem_api.runtime.postgres import throwaway_postgres


def main() -> None:
    """Migrate an empty database to the newest step, compare it with the tables, and write the difference as a step."""
    sentence = sys.argv[1].strip().rstrip(".")
    slug = re.sub(r"[^a-z0-9]+", "_", sentence.lower()).strip("_")[:48]
    # Alembic's own table holds 32 characters of a revision's name.
    revision = slug[:32].rstrip("_")
    today = datetime.now(UTC).strftime("%Y_%m_%d")
    with throwaway_postgres() as server:
        asyncio.run(_make_database(server.url()))
        config = alembic_config(server.url().rsplit("/", 1)[0] + "/step")
        command.upgrade(config, "head")
        config.set_main_option("file_template", f"{today}_{slug}")
        script = command.revision(config, sentence[:1].upper() + sentence[1:] + ".", autogenerate=True, rev_id=revision)
    written = Path(str(script.path))  # type: ignore[union-attr]  # one revision was asked for, one is returned
    written.write_text(re.sub(r"\n    # ### .*", "", written.read_text()))
    for tidy in (["check", "--quiet", "--fix"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, str(written)], check=False)  # noqa: S603  # our own words
    print(written.relative_to(Path.cwd()) if written.is_relative_to(Path.cwd()) else written)


async def _make_database(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("create database step")
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
