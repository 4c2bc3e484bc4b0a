"""Serve the application, and stop without dropping a request."""

import asyncio
import gc
import signal
import socket
from collections.abc import Coroutine
from types import FrameType
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI

from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.probes import open_probes
from ecosystem_api.runtime.protocol import GuardedProtocol
from ecosystem_api.runtime.sockets import BACKLOG
from ecosystem_api.runtime.supervision import FINISH_SECONDS
from ecosystem_api.runtime.worker import Worker

KEEP_ALIVE_SECONDS = 75  # longer than the 60 s of common load balancers, so that they close first


def serve(app: FastAPI, machinery: Machinery, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT: say draining, go on serving, stop accepting, finish what is in hand.

    Units: the drain lasts `drain_seconds`, so that a load balancer notices; the finish at most 25 seconds.
    Edges: a second signal ends the drain, a third the finish.
    Errors: RuntimeError from the application's start-up checks.
    """
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        lifespan="off",  # opened below: what it refuses is then an exception here and not a line in a log
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
        backlog=BACKLOG,
    )

    async def until_told() -> None:
        async with open_probes(machinery), app.router.lifespan_context(app):
            keep_what_stays()
            await _DrainingServer(config, machinery).serve([listener])

    _run(until_told())


def keep_what_stays() -> None:
    """Have the collector look no more through what start-up made: it stays, and each look stops all requests."""
    gc.collect()
    gc.freeze()


def work(worker: Worker) -> None:
    """Work until SIGTERM or SIGINT; the delivery in hand is finished first."""

    async def until_told() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with open_probes(worker.machinery):
            worker.machinery.is_started = True
            keep_what_stays()
            try:
                await worker.run(stop)
            finally:
                await worker.machinery.database.close()

    _run(until_told())


class _DrainingServer(uvicorn.Server):
    """uvicorn's server, which between the signal and the stop goes on serving and says so at /readyz."""

    def __init__(self, config: uvicorn.Config, machinery: Machinery) -> None:
        super().__init__(config)
        self._machinery = machinery
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: drain. Second: stop now. Third: do not wait for anybody."""
        if self._machinery.is_draining or self._loop is None:
            self.force_exit = self.should_exit
            self.should_exit = True
            return
        self._machinery.is_draining = True
        self._loop.call_soon_threadsafe(self._loop.call_later, self._machinery.settings.drain_seconds, self._stop)

    def _stop(self) -> None:
        self.should_exit = True


def _run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
