"""The two processes of an installation: `serve` answers requests, `worker` does what follows from them."""

import os
import socket
from typing import Annotated

import structlog
import typer

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.cli.installation import production_settings
from ecosystem_api.runtime.logs import configure_logs
from ecosystem_api.runtime.safety import unknown_variables
from ecosystem_api.runtime.serving import serve as serve_application
from ecosystem_api.runtime.serving import work
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings
from ecosystem_api.runtime.sockets import listen
from ecosystem_api.runtime.supervision import hold_lifeline
from ecosystem_api.runtime.traces import begin_tracing
from ecosystem_api.runtime.worker import Worker

Lifeline = Annotated[
    bool,
    typer.Option("--lifeline", hidden=True, help="Settings are the first line of standard input; end when it ends."),
]


def serve(
    lifeline: Lifeline = False,
    listener_fd: Annotated[int | None, typer.Option(hidden=True, help="A listening socket to inherit.")] = None,
) -> None:
    """Serve the API until SIGTERM: /readyz says draining, then it stops accepting and finishes what is in hand."""
    if lifeline:
        hold_lifeline()
    settings = _checked_settings()
    listener = socket.socket(fileno=listener_fd) if listener_fd is not None else listen(settings.host, settings.port)
    machinery = build_machinery(settings)
    end_tracing = begin_tracing("ecosystem-api")
    try:
        serve_application(create_app(machinery), machinery, listener)
    finally:
        end_tracing()


def worker(lifeline: Lifeline = False) -> None:
    """Stamp, deliver and keep house until SIGTERM; the delivery in hand is finished. Any number may run."""
    if lifeline:
        hold_lifeline()
    settings = _checked_settings()
    end_tracing = begin_tracing("ecosystem-worker")
    try:
        work(Worker(build_machinery(settings, role=WORKER_ROLE)))
    finally:
        end_tracing()


def _checked_settings() -> Settings:
    settings = production_settings()
    configure_logs(settings.log_level, settings.log_format)
    for sentence in unknown_variables(os.environ):
        structlog.get_logger("settings").warning(sentence)
    return settings
