"""A house that stands on a real port with its worker running, for programs that know nothing of the test."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from tests.makers import Api, House


@contextlib.asynccontextmanager
async def standing(house: House) -> AsyncIterator[str]:
    """Serve a house on loopback and let its worker work; gives the base URL."""
    # The house's own fixture has opened the application already.
    config = uvicorn.Config(house.app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]  # the test runner's
    stop = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        working = asyncio.create_task(house.worker.run(stop))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            server.should_exit = True
            await asyncio.gather(serving, working)


def write_credentials(folder: Path, url: str, **clients: Api) -> None:
    """Lay out `.local/demo.json` as `make run` does, from callers by role."""
    (folder / ".local").mkdir(exist_ok=True)
    told = []
    for role, api in clients.items():
        assert api.client is not None
        secret = {"client_id": api.client.client_id, "client_secret": api.client.client_secret}
        told.append({"role": role, "partner_id": None, **secret})
    (folder / ".local" / "demo.json").write_text(json.dumps({"base_url": url, "clients": told}))
