"""The demonstration vendor: loaded once, its credentials written where a developer finds them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.app import build_machinery
from ecosystem_api.cli.installation import find_installation, read_private, write_private
from ecosystem_api.cli.terminal import answers, notes
from ecosystem_api.runtime.ledger.crossing import every_vendor
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings


class DemoResult(Protocol):
    """What the loader answers: credentials, one for each role and for two partners."""

    clients: Sequence[Mapping[str, Any]]


Loader = Callable[..., Awaitable[DemoResult]]


def demo() -> None:
    """Load the demonstration vendor into this installation, once, and write its credentials to demo.json."""
    settings = find_installation()
    is_new = asyncio.run(ensure_demo(settings))
    path = demo_file(settings)
    told = "The demonstration vendor is loaded" if is_new else "The demonstration vendor was loaded before"
    answers.print(f"{told}; its credentials are in {path}.", markup=False)


async def ensure_demo(settings: Settings) -> bool:
    """Load the demonstration unless demo.json names a vendor that is still there; answer whether it was loaded now."""
    app, labour = build_machinery(settings), build_machinery(settings, role=WORKER_ROLE)
    try:
        known = read_demo(settings)
        if known is not None and await _is_there(app, known):
            if known["base_url"] != settings.public_url:
                _write(settings, known["clients"])
            return False
        await app.keyring.load(app.database)
        load: Loader = import_module("ecosystem_api.demo").load
        with notes.status("Loading the demonstration vendor") as status:
            result = await load(app, labour, progress=status.update)
        _write(settings, result.clients)
        return True
    finally:
        await app.database.close()
        await labour.database.close()


def demo_file(settings: Settings) -> Path:
    """Where the credentials are."""
    return settings.data_dir / "demo.json"


def read_demo(settings: Settings) -> dict[str, Any] | None:
    """The base URL and the credentials of the demonstration; None when it was not loaded."""
    found = read_private(demo_file(settings))
    return found if found and found.get("clients") else None


def _write(settings: Settings, clients: Sequence[Mapping[str, Any]]) -> None:
    names = ("role", "partner_id", "client_id", "client_secret")
    kept = [{name: client[name] for name in names} for client in clients]
    write_private(demo_file(settings), json.dumps({"base_url": settings.public_url, "clients": kept}, indent=2) + "\n")


async def _is_there(machinery: Machinery, known: Mapping[str, Any]) -> bool:
    named = read_client_id(known["clients"][0]["client_id"])
    return named is not None and named[1] in await every_vendor(machinery.database)
