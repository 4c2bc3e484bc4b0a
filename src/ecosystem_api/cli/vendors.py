"""Vendors of an installation: only its operator opens them."""

import asyncio
from typing import Annotated

import typer

from ecosystem_api.access.clients.schemas import ClientWithSecret
from ecosystem_api.access.vendors import service
from ecosystem_api.access.vendors.schemas import VendorCreate, VendorRead
from ecosystem_api.app import build_machinery
from ecosystem_api.cli.installation import find_installation
from ecosystem_api.cli.terminal import print_json, print_table
from ecosystem_api.operator import open_vendor
from ecosystem_api.runtime.ledger.crossing import every_vendor

commands = typer.Typer(help="Open and list vendors, the tenants of an installation.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]


@commands.command("create")
def create(
    name: Annotated[str, typer.Option(help="Name of the vendor.")],
    country: Annotated[str | None, typer.Option(help="Country of its seat, ISO 3166-1 alpha-2.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of its thresholds, ISO 4217.")] = "USD",
    region: Annotated[str, typer.Option(help="Region in which its data is kept.")] = "eu",
    is_sandbox: Annotated[bool, typer.Option("--sandbox", help="For trying things out.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a vendor and show its first admin credential, whose secret is shown this once."""
    body = VendorCreate.model_validate(
        {
            "name": name,
            "country": country,
            "base_currency": currency,
            "data_region": region,
            "is_sandbox": is_sandbox,
        }
    )
    vendor, client = asyncio.run(_create(body))
    told = vendor.model_dump(mode="json")
    secret = {"client_id": client.client_id, "client_secret": client.client_secret}
    if as_json:
        print_json({"vendor": told, **secret})
    else:
        print_table(("", ""), [("vendor", told["id"]), *secret.items()])


@commands.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the vendors of this installation."""
    vendors = [vendor.model_dump(mode="json") for vendor in asyncio.run(_all())]
    if as_json:
        print_json(vendors)
    else:
        print_table(("id", "name", "region", "created"), [_row(vendor) for vendor in vendors])


def _row(vendor: dict[str, str]) -> tuple[str, str, str, str]:
    return vendor["id"], vendor["name"], vendor["data_region"], vendor["created_at"]


async def _create(body: VendorCreate) -> tuple[VendorRead, ClientWithSecret]:
    machinery = build_machinery(find_installation())
    try:
        return await open_vendor(machinery, body)
    finally:
        await machinery.database.close()


async def _all() -> list[VendorRead]:
    database = build_machinery(find_installation()).database
    try:
        found = []
        for vendor_id in await every_vendor(database):
            async with database.transaction(vendor_id) as tx:
                found.append(await service.current_vendor(tx))
        return found
    finally:
        await database.close()
