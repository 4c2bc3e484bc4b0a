"""The demonstration vendor: loaded once, its credentials written where a developer finds them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from rich.progress import BarColumn, Progress, TextColumn

from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.cli.installation import find_installation, read_private, write_private
from ecosystem_api.cli.terminal import answers, notes
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.ledger.crossing import every_vendor
from ecosystem_api.runtime.settings import APP_ROLE, Settings


class DemoResult(Protocol):
    """What the loader answers: credentials, one for each role and for two partners."""

    clients: Sequence[Mapping[str, Any]]


Tell = Callable[[int, int, str], None]
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
    known = read_demo(settings)
    if known is not None and await _is_there(settings, known):
        if known["base_url"] != settings.public_url:
            _write(settings, known["clients"])
        return False
    # Imported only when it is wanted: every other start is spared the whole story.
    load: Loader = import_module("ecosystem_api.demo").load
    with _telling() as tell:
        result = await load(settings, progress=tell)
    _write(settings, result.clients)
    return True


@contextmanager
def _telling() -> Iterator[Tell]:
    """Somebody who waits sees how far it is: a bar on a terminal, elsewhere a line for every tenth."""
    if notes.is_terminal:
        columns = (TextColumn("Loading the demonstration"), BarColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=notes, transient=True) as bar:
            task = bar.add_task("")
            yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)
        return
    tenths = 0

    def tell(done: int, total: int, what: str) -> None:
        nonlocal tenths
        if (reached := 10 * done // total) > tenths:
            tenths = reached
            notes.print(f"Loading the demonstration: {10 * reached}%, {what}", markup=False)

    notes.print("Loading the demonstration, which is played from its beginning…", markup=False)
    yield tell


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


async def _is_there(settings: Settings, known: Mapping[str, Any]) -> bool:
    named = read_client_id(known["clients"][0]["client_id"])
    database = Database(settings.url_for(APP_ROLE), pool_size=1)
    try:
        return named is not None and named[1] in await every_vendor(database)
    finally:
        await database.close()
