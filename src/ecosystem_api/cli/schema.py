"""The owner's command: bring the database to this version."""

import asyncio

from ecosystem_api.cli.installation import find_installation
from ecosystem_api.cli.terminal import answers
from ecosystem_api.runtime.bootstrap import prepare


def migrate() -> None:
    """Migrate the schema, make the service's two database logins and the first signing key. Safe to repeat.

    DATABASE_URL names the owner of the database: a login that may create tables and roles (CREATEROLE).
    """
    settings = find_installation()
    asyncio.run(prepare(settings))
    logins = " and ".join(settings.login(role)[0] for role in ("ecosystem_app", "ecosystem_worker"))
    answers.print(f"The database is at this version's schema. `serve` and `worker` log in as {logins}.", markup=False)
