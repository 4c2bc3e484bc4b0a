"""Machine credentials, made by the operator; a vendor's own admin makes further ones through the API."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import typer

from ecosystem_api.access.clients import service
from ecosystem_api.access.clients.schemas import ClientCreate, ClientRead, ClientRotate, ClientWithSecret
from ecosystem_api.app import build_machinery
from ecosystem_api.cli.installation import find_installation
from ecosystem_api.cli.terminal import print_json, print_table
from ecosystem_api.kernel.ids import InvalidId, decode
from ecosystem_api.operator import make_client
from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.paging import Paging
from ecosystem_api.runtime.ledger.crossing import every_vendor
from ecosystem_api.runtime.machinery import Machinery

PAGE_ROWS = 200
commands = typer.Typer(help="Make, rotate and list machine credentials.", no_args_is_help=True)
Vendor = Annotated[str | None, typer.Option(help="Id of the vendor, ven_…; may be left out when there is only one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]


@commands.command("create")
def create(
    role: Annotated[str, typer.Option(help="admin, manager, analyst, integration, partner_admin or partner_member.")],
    vendor: Vendor = None,
    partner: Annotated[str | None, typer.Option(help="Id of the partner it acts for, par_….")] = None,
    name: Annotated[str, typer.Option(help="What it is for.")] = "Made by the operator",
    as_json: AsJson = False,
) -> None:
    """Make a credential. Its secret is shown this once."""
    body = ClientCreate.model_validate({"name": name, "role": role, "partner_id": partner})

    async def act() -> ClientWithSecret:
        async with _machinery() as machinery:
            return await make_client(machinery, await _vendor_id(machinery, vendor), body)

    _show(asyncio.run(act()), as_json)


@commands.command("rotate")
def rotate(
    client_id: Annotated[str, typer.Argument(help="The credential: its id, cli_…, or its client_id.")],
    vendor: Vendor = None,
    overlap_hours: Annotated[int, typer.Option(help="How long the old secret stays valid; 0 ends it at once.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Give a credential a new secret, which is shown this once."""
    named = _id("cli", client_id.partition(".")[0])
    body = ClientRotate(overlap_hours=overlap_hours)

    async def act() -> ClientWithSecret:
        async with _machinery() as machinery:
            vendor_id = await _vendor_id(machinery, vendor)
            async with machinery.database.transaction(vendor_id) as tx:
                return await service.rotate_client(tx, system_caller(vendor_id, "operator"), named, body, machinery)

    _show(asyncio.run(act()), as_json)


@commands.command("list")
def list_(vendor: Vendor = None, as_json: AsJson = False) -> None:
    """List the credentials of a vendor, newest first, without their secrets."""

    async def act() -> list[ClientRead]:
        async with _machinery() as machinery:
            vendor_id = await _vendor_id(machinery, vendor)
            async with machinery.database.transaction(vendor_id) as tx:
                return await _every_client(tx)

    clients = [client.model_dump(mode="json") for client in asyncio.run(act())]
    if as_json:
        print_json(clients)
        return
    columns = ("client_id", "role", "partner_id", "status", "name", "last_used_at")
    print_table(columns, [[str(client[column] or "") for column in columns] for client in clients])


async def _every_client(tx: Tx) -> list[ClientRead]:
    paging, found = _AllPages(), []
    while True:
        found += (await service.list_clients(tx, paging, partner_id=None, status=None)).data
        if not paging.turn():
            return found


class _AllPages(Paging):
    """Pages of a list for a caller that is not a request: there is no cursor to seal, only where to go on."""

    def __init__(self) -> None:
        self.limit = PAGE_ROWS
        self.after: list[Any] | None = None
        self._next: list[Any] | None = None

    def seal(self, values: Sequence[Any]) -> str:
        """Remember the last row instead of writing a cursor."""
        self._next = [str(value) for value in values]
        return ""

    def turn(self) -> bool:
        """Go to the next page, if there is one."""
        self.after, self._next = self._next, None
        return self.after is not None


def _show(client: ClientWithSecret, as_json: bool) -> None:
    told = client.model_dump(mode="json", include={"client_id", "client_secret", "role", "partner_id", "name"})
    if as_json:
        print_json(told)
    else:
        print_table(("", ""), [(key, str(value)) for key, value in told.items() if value])


@asynccontextmanager
async def _machinery() -> AsyncIterator[Machinery]:
    machinery = build_machinery(find_installation())
    try:
        yield machinery
    finally:
        await machinery.database.close()


async def _vendor_id(machinery: Machinery, given: str | None) -> UUID:
    vendors = await every_vendor(machinery.database)
    if given is None:
        if len(vendors) != 1:
            raise RuntimeError(f"there are {len(vendors)} vendors: name one with --vendor (see `vendors list`)")
        return vendors[0]
    vendor_id = _id("ven", given)
    if vendor_id not in vendors:
        raise RuntimeError(f"{given} is not a vendor of this installation (see `vendors list`)")
    return vendor_id


def _id(prefix: str, text: str) -> UUID:
    try:
        return decode(prefix, text)
    except InvalidId:
        raise RuntimeError(f"{text} is not an id of the form {prefix}_…") from None
