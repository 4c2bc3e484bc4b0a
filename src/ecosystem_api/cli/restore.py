"""What a restored backup needs before and after its rows: a dump does not hold all of an installation."""

import asyncio
from typing import Annotated

import asyncpg
import typer

from ecosystem_api.cli.installation import find_installation
from ecosystem_api.cli.terminal import answers
from ecosystem_api.runtime.bootstrap import prepare as prepare_to_serve
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.ledger.crossing import every_vendor
from ecosystem_api.runtime.ledger.relay import skip_positions
from ecosystem_api.runtime.roles import ROLE_STATEMENTS
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings

commands = typer.Typer(help="Make a restored backup fit to serve.", no_args_is_help=True)


@commands.command("prepare")
def prepare() -> None:
    """Before `pg_restore`: make the roles that the dump's policies and grants name. Safe to repeat.

    DATABASE_URL names the new, empty database as its owner.
    """
    asyncio.run(_make_roles(find_installation()))
    answers.print("The roles are there: restore the dump now, then `ecosystem-api restore finish`.", markup=False)


@commands.command("finish")
def finish(
    skip: Annotated[
        int,
        typer.Option(min=0, help="Positions to leave out in every feed: more than the events told after the backup."),
    ] = 1_000_000,
) -> None:
    """After the rows are back: migrate, make the logins, and lead every feed past all it told after the backup.

    A position that a consumer has read is then never given to another event, so nobody has to go back.
    """
    settings = find_installation()
    feeds = asyncio.run(_finish(settings, skip))
    answers.print(
        f"Ready to serve; {feeds} feeds go on {skip} positions later. Start the workers, then the API.", markup=False
    )


async def _make_roles(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_url)
    try:
        for statement in ROLE_STATEMENTS:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _finish(settings: Settings, skip: int) -> int:
    await prepare_to_serve(settings)
    database = Database(settings.url_for(WORKER_ROLE), pool_size=1)
    try:
        vendors = await every_vendor(database)
        for vendor_id in vendors:
            await skip_positions(database, vendor_id, skip)
    finally:
        await database.close()
    return len(vendors)
