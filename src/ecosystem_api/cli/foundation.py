"""What the processes of `run` stand on: a server, the schema, the secret, the demonstration, a note of all that."""

import contextlib
import json
import sys
import time
from collections.abc import Iterator, Sequence

import asyncpg
import httpx

from ecosystem_api.cli.demo import demo_file, ensure_demo, read_demo
from ecosystem_api.cli.installation import development_secret, without_credentials, write_private
from ecosystem_api.cli.interruption import finish
from ecosystem_api.cli.terminal import answers, notes
from ecosystem_api.cli.token import reference_link
from ecosystem_api.runtime.bootstrap import prepare
from ecosystem_api.runtime.postgres import EmbeddedPostgres, EmbeddedPostgresError, suitable_data_dir
from ecosystem_api.runtime.safety import WILDCARD_HOSTS
from ecosystem_api.runtime.settings import Settings
from ecosystem_api.runtime.supervision import Child

DATABASE = "ecosystem_api"
START_SECONDS = 60.0
TEND_SECONDS = 0.1
RETRY_SECONDS = 2.0


def server(settings: Settings) -> EmbeddedPostgres:
    """The embedded server on this folder's data; a context that runs it."""
    return EmbeddedPostgres(suitable_data_dir(settings.data_dir / "postgres"))


def prepared(settings: Settings, database: EmbeddedPostgres | None, *, with_demo: bool) -> Settings:
    """Bring the database to this code's schema, load what is to be shown, and name both the database and the secret.

    Errors: RuntimeError when the secret of existing data is lost.
    """
    settings = _completed(settings, database)
    finish(prepare(settings))
    if with_demo:
        finish(ensure_demo(settings))
    return settings


@contextlib.contextmanager
def noted(settings: Settings) -> Iterator[None]:
    """While we run, the other commands find this installation by a file beside its data."""
    path = settings.data_dir / "running.json"
    known = {"database_url": settings.database_url, "secret": settings.secret, "base_url": settings.public_url}
    write_private(path, json.dumps(known) + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def told(settings: Settings) -> dict[str, str]:
    """What the processes learn of all this: variables of their environment."""
    return {
        "DATABASE_URL": without_credentials(settings.database_url),
        "ECOSYSTEM_ENVIRONMENT": settings.environment,
        "ECOSYSTEM_SECRET": settings.secret,
        "ECOSYSTEM_BASE_URL": settings.public_url,
        "ECOSYSTEM_DRAIN_SECONDS": str(settings.drain_seconds),
    }


def await_ready(settings: Settings, api: Child) -> None:
    """Return when the API says ready. Errors: RuntimeError when it ends instead, or takes longer than a minute."""
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(base_url=_address(settings), timeout=2, trust_env=False) as http:
        while time.monotonic() < deadline:
            if api.pid is None:
                raise RuntimeError("the API did not start; it says why above")
            with contextlib.suppress(httpx.HTTPError):
                if http.get("/readyz").is_success:
                    return
            time.sleep(0.05)
    raise RuntimeError(f"the API is not ready after {START_SECONDS:g} s; `ecosystem-api doctor` looks for the reason")


def tend(database: EmbeddedPostgres | None, children: Sequence[Child]) -> None:
    """Restart what ends by itself, until a signal interrupts."""
    while True:
        try:
            if database is not None and database.ensure_running():
                notes.print("PostgreSQL had ended; it runs again.")
        except EmbeddedPostgresError as error:
            notes.print(f"{error}\nPostgreSQL is tried again in {RETRY_SECONDS:g} s.", markup=False)
            time.sleep(RETRY_SECONDS)
        for child in children:
            if told := child.tend():
                notes.print(told + ".", markup=False)
        time.sleep(TEND_SECONDS)


def greet(settings: Settings, seconds: float) -> None:
    """Tell where everything is, with a token to begin with."""
    # As it was called itself, most often out of an environment that is not the shell's.
    url, program = settings.public_url, "ecosystem-api" if sys.argv[0].endswith(".py") else sys.argv[0]
    lines = [f"The Ecosystem API is ready after {seconds:.1f} s. Ctrl-C stops it.", f"  docs         {url}/docs"]
    demo = read_demo(settings)
    if demo is None:
        lines.append(f"  credentials  {program} vendors create --name Northwind")
    else:
        form = {"grant_type": "client_credentials"} | {
            name: demo["clients"][0][name] for name in ("client_id", "client_secret")
        }
        answer = httpx.post(_address(settings) + "/oauth/token", data=form, timeout=10, trust_env=False)
        token = answer.raise_for_status().json()["access_token"]
        lines += [
            f"  credentials  {demo_file(settings)}",
            f"  token        {token}",
            f"  to try       {reference_link(url, token)}",
            f'  or           curl -s -H "Authorization: Bearer $({program} token manager)" {url}/v1/me',
        ]
    answers.print("\n".join(lines), markup=False)


def _completed(settings: Settings, database: EmbeddedPostgres | None) -> Settings:
    """Name the database and the secret. Errors: RuntimeError when the secret of existing data is lost."""
    if database is None:
        secret = settings.secret or development_secret(settings.data_dir, None)
        return settings.model_copy(update={"secret": secret})
    is_new = finish(_ensure_database(database.url()))
    secret = settings.secret or development_secret(settings.data_dir, None if is_new else database.data_dir)
    return settings.model_copy(update={"database_url": database.url(DATABASE), "secret": secret})


async def _ensure_database(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
            return False
        await connection.execute(f"create database {DATABASE}")
        return True
    finally:
        await connection.close()


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in WILDCARD_HOSTS else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
