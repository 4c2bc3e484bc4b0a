"""Everything for development in one command: a database, the schema, the demonstration, the API and a worker."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterator
from typing import Annotated, Any, TypeVar

import asyncpg
import httpx
import typer

from ecosystem_api.cli.demo import demo_file, ensure_demo, read_demo
from ecosystem_api.cli.installation import development_secret, without_credentials, write_private
from ecosystem_api.cli.terminal import answers, notes
from ecosystem_api.cli.token import reference_link
from ecosystem_api.runtime.bootstrap import prepare
from ecosystem_api.runtime.postgres import EmbeddedPostgres, EmbeddedPostgresError, suitable_data_dir
from ecosystem_api.runtime.safety import WILDCARD_HOSTS
from ecosystem_api.runtime.settings import Settings
from ecosystem_api.runtime.sockets import listen
from ecosystem_api.runtime.supervision import FINISH_SECONDS, Child

DATABASE = "ecosystem_api"
DRAIN_SECONDS = 0.2
START_SECONDS = 60.0
TEND_SECONDS = 0.1
RETRY_SECONDS = 2.0
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
T = TypeVar("T")


def run(
    with_demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Load the demonstration vendor once.")] = True,
) -> None:
    """Run everything for development until Ctrl-C: PostgreSQL unless DATABASE_URL is set, the API and a worker.

    Data, the secret and the demonstration's credentials are kept in ECOSYSTEM_DATA_DIR (.local).
    """
    started = time.monotonic()
    settings = _defaults(Settings())
    _heed_signals()
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as open_parts:
        listener = open_parts.enter_context(listen(settings.host, settings.port))
        database = open_parts.enter_context(_server(settings)) if not settings.database_url else None
        settings = _completed(settings, database)
        _finish(prepare(settings))
        if with_demo:
            _finish(ensure_demo(settings))
        open_parts.enter_context(_noted(settings))
        api, worker = _children(settings, listener)
        for child in (worker, api):  # stopped in the opposite order: nobody asks any more, then what is left is done
            child.start()
            open_parts.callback(child.stop, settings.drain_seconds + FINISH_SECONDS)
        _await_ready(settings, api)
        _greet(settings, time.monotonic() - started)
        _tend(database, (api, worker))
    notes.print("Stopped.")


def _heed_signals() -> None:
    for number in END_SIGNALS:
        signal.signal(number, signal.default_int_handler)


def _finish(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end, or let a signal cancel it; then it is a KeyboardInterrupt, whatever failed on the way out.

    Why: an exception that a signal raises in the middle of everything also strikes inside compiled libraries, and one
    of them answers with a segmentation fault. A cancellation waits for the next await.
    """
    is_interrupted = False

    async def cancellable() -> T:
        task = asyncio.ensure_future(main)

        def interrupt() -> None:
            nonlocal is_interrupted
            is_interrupted = True
            task.cancel()

        for number in END_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, interrupt)
        return await task

    try:
        answer = asyncio.run(cancellable())
    except (asyncio.CancelledError, Exception):
        if is_interrupted:
            raise KeyboardInterrupt from None
        raise
    finally:
        _heed_signals()  # the loop took its handlers along
    if is_interrupted:
        raise KeyboardInterrupt
    return answer


def _defaults(settings: Settings) -> Settings:
    """Settings of a developer's machine where nothing else was said. Errors: RuntimeError in production."""
    if "environment" in settings.model_fields_set and settings.environment == "production":
        raise RuntimeError(
            "`run` is for development: unset ECOSYSTEM_ENVIRONMENT, or use `migrate`, `serve` and `worker`"
        )
    changes: dict[str, object] = {"environment": "development"}
    if settings.host in WILDCARD_HOSTS and not settings.base_url:
        changes["base_url"] = f"http://127.0.0.1:{settings.port}"
    if "drain_seconds" not in settings.model_fields_set:
        changes["drain_seconds"] = DRAIN_SECONDS
    return settings.model_copy(update=changes)


def _server(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(suitable_data_dir(settings.data_dir / "postgres"))


def _completed(settings: Settings, database: EmbeddedPostgres | None) -> Settings:
    """Name the database and the secret. Errors: RuntimeError when the secret of existing data is lost."""
    if database is None:
        secret = settings.secret or development_secret(settings.data_dir, None)
        return settings.model_copy(update={"secret": secret})
    is_new = _finish(_ensure_database(database.url()))
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


@contextlib.contextmanager
def _noted(settings: Settings) -> Iterator[None]:
    """While we run, the other commands find this installation by a file beside its data."""
    path = settings.data_dir / "running.json"
    told = {"database_url": settings.database_url, "secret": settings.secret, "base_url": settings.public_url}
    write_private(path, json.dumps(told) + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _children(settings: Settings, listener: socket.socket) -> tuple[Child, Child]:
    # The listening socket stays open here: while a dead API starts again, clients wait instead of being refused.
    environment = {
        **os.environ,
        "DATABASE_URL": without_credentials(settings.database_url),
        "ECOSYSTEM_ENVIRONMENT": settings.environment,
        "ECOSYSTEM_SECRET": settings.secret,
        "ECOSYSTEM_BASE_URL": settings.public_url,
        "ECOSYSTEM_DRAIN_SECONDS": str(settings.drain_seconds),
    }
    command = [sys.executable, "-m", "ecosystem_api.cli"]
    fd = listener.fileno()
    api = Child("The API", [*command, "serve", "--lifeline", f"--listener-fd={fd}"], environment, [fd])
    # Two processes on one machine: the worker's operator's port is the next one.
    metrics_port = settings.metrics_port + 1 if settings.metrics_port else 0
    beside = environment | {"ECOSYSTEM_METRICS_PORT": str(metrics_port)}
    return api, Child("The worker", [*command, "worker", "--lifeline"], beside)


def _await_ready(settings: Settings, api: Child) -> None:
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


def _tend(database: EmbeddedPostgres | None, children: tuple[Child, ...]) -> None:
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


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in WILDCARD_HOSTS else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _greet(settings: Settings, seconds: float) -> None:
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
