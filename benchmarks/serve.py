"""One worker of a server to compare with: `python -m benchmarks.serve bare|plain <listener's descriptor>`."""

import asyncio
import json
import os
import socket
import sys
from typing import Any
from uuid import UUID

import uvicorn
import uvloop

from benchmarks.bare import Bare
from benchmarks.plain import plain_app
from ecosystem_api.runtime.settings import APP_ROLE, Settings


def main(which: str, descriptor: int) -> None:
    """Serve until told to stop."""
    listener = socket.socket(fileno=descriptor)
    settings = Settings()
    vendor_id, deep = UUID(os.environ["BENCHMARK_VENDOR"]), json.loads(os.environ["BENCHMARK_DEEP"])
    url = settings.url_for(APP_ROLE)
    app: Any = Bare(url, vendor_id, deep)
    if which == "plain":
        app = plain_app(url, vendor_id, deep, settings.pool_size)

    async def until_told() -> None:
        if isinstance(app, Bare):
            await app.start()
        config = uvicorn.Config(app, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False)
        await uvicorn.Server(config).serve([listener])

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_told())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
