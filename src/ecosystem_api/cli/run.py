"""Everything for development in one command: a database, the schema, the demonstration, the API and a worker."""

import contextlib
import os
import socket
import sys
import time
from typing import Annotated

import typer

from ecosystem_api.cli.interruption import heed_signals
from ecosystem_api.runtime.safety import WILDCARD_HOSTS
from ecosystem_api.runtime.settings import Settings
from ecosystem_api.runtime.sockets import listen
from ecosystem_api.runtime.supervision import FINISH_SECONDS, Child

DRAIN_SECONDS = 0.2


def run(
    with_demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Load the demonstration vendor once.")] = True,
) -> None:
    """Run everything for development until Ctrl-C: PostgreSQL unless DATABASE_URL is set, the API and a worker.

    Data, the secret and the demonstration's credentials are kept in ECOSYSTEM_DATA_DIR (.local).
    """
    started = time.monotonic()
    settings = _defaults(Settings())
    heed_signals()
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as open_parts:
        listener = open_parts.enter_context(listen(settings.host, settings.port))
        api, worker = _children(settings, listener)
        # Reading its code takes the API longer than all else takes together: it begins before we read our own.
        api.start()
        open_parts.callback(api.stop, 0)
        from ecosystem_api.cli import foundation  # noqa: PLC0415 - see above

        database = open_parts.enter_context(foundation.server(settings)) if not settings.database_url else None
        settings = foundation.prepared(settings, database, with_demo=with_demo)
        open_parts.enter_context(foundation.noted(settings))
        worker.start()
        for child in (worker, api):  # stopped in the opposite order: nobody asks any more, then what is left is done
            child.tell(foundation.told(settings))
            open_parts.callback(child.stop, settings.drain_seconds + FINISH_SECONDS)
        foundation.await_ready(settings, api)
        foundation.greet(settings, time.monotonic() - started)
        foundation.tend(database, (api, worker))
    sys.stderr.write("Stopped.\n")


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


def _children(settings: Settings, listener: socket.socket) -> tuple[Child, Child]:
    # The listening socket stays open here: while a dead API starts again, clients wait instead of being refused.
    command = [sys.executable, "-m", "ecosystem_api.cli"]
    fd = listener.fileno()
    api = Child("The API", [*command, "serve", "--lifeline", f"--listener-fd={fd}"], os.environ, [fd])
    # Two processes on one machine: the worker's operator's port is the next one.
    metrics_port = settings.metrics_port + 1 if settings.metrics_port else 0
    beside = {**os.environ, "ECOSYSTEM_METRICS_PORT": str(metrics_port)}
    return api, Child("The worker", [*command, "worker", "--lifeline"], beside)
