"""Fill a database with a large vendor among others, by COPY, in minutes; kept between runs."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from ecosystem_api.access.clients.schemas import ClientCreate
from ecosystem_api.access.vendors.schemas import VendorCreate
from ecosystem_api.app import build_machinery
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.operator import make_client, open_vendor
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.settings import Settings

PARTNERS, ACCOUNTS, DEALS, OTHER_VENDORS = 20_000, 200_000, 500_000, 49
START = datetime(2024, 1, 1, tzinfo=UTC)
_STATUSES = ("approved", "approved", "closed", "rejected", "in_review", "expired", "withdrawn", "draft")
COUNTRIES = ("DE", "US", "CA", "FR", "GB", "JP", "BR", "IN")
FIRST = ("Acme", "Northern", "Blue", "Maple", "Granite", "Silver", "Harbour", "Summit", "Delta", "Cedar")
SECOND = ("Foods", "Robotics", "Logistics", "Energy", "Clinics", "Bank", "Motors", "Media", "Steel", "Textiles")


@dataclass(frozen=True)
class World:
    """What the runs need to know of the data: the large vendor, its credential, and some ids."""

    vendor_id: UUID
    client_id: str
    client_secret: str
    deal_ids: list[UUID]
    partner_ids: list[UUID]


async def fill(settings: Settings, scale: float) -> World:
    """Open the vendors through the service, then copy their rows."""
    machinery = build_machinery(settings)
    owner = await asyncpg.connect(settings.database_url)
    try:
        for number in range(OTHER_VENDORS):
            vendor, _ = await open_vendor(machinery, VendorCreate(name=f"Neighbour {number}"))
            await _rows(owner, vendor.id, scale / 200, number)
        world = await _large(machinery, owner, scale)
        await owner.execute("vacuum analyze")
        return world
    finally:
        await owner.close()
        await machinery.database.close()


async def _large(machinery: Machinery, owner: asyncpg.Connection, scale: float) -> World:
    vendor, _ = await open_vendor(machinery, VendorCreate(name="Large Vendor"))
    client = await make_client(machinery, vendor.id, ClientCreate(name="benchmark", role="admin"))
    partners, deals = await _rows(owner, vendor.id, scale, 99)
    chosen = random.Random(1)
    return World(
        vendor.id, client.client_id, client.client_secret, chosen.sample(deals, min(2_000, len(deals))),
        chosen.sample(partners, min(500, len(partners))),
    )  # fmt: skip


async def _rows(owner: asyncpg.Connection, vendor_id: UUID, scale: float, seed: int) -> tuple[list[UUID], list[UUID]]:
    chance = random.Random(seed)
    counts = [max(10, int(count * scale)) for count in (PARTNERS, ACCOUNTS, DEALS)]
    moments = [START + timedelta(seconds=60 * n) for n in range(max(counts))]
    partners = [new_uuid(at) for at in moments[: counts[0]]]
    accounts = [new_uuid(at) for at in moments[: counts[1]]]
    deals = [new_uuid(at) for at in moments[: counts[2]]]
    products = [new_uuid() for _ in range(5)]
    await _copy(owner, "products", _products(vendor_id, products))
    await _copy(owner, "partners", _partners(vendor_id, partners, moments, chance))
    await _copy(owner, "accounts", _accounts(vendor_id, accounts, moments, chance))
    links = ({"vendor_id": vendor_id, "account_id": account, "partner_id": chance.choice(partners), "since": START}
             for account in accounts)  # fmt: skip
    await _copy(owner, "account_partners", links)
    await _copy(owner, "deal_registrations", _deals(vendor_id, deals, partners, accounts, moments, seed))
    await _copy(owner, "deal_products", _lines(vendor_id, deals, partners, products, seed))
    await owner.execute("insert into counters values ($1, 'deal_registration', $2)", vendor_id, len(deals))
    return partners, deals


def _products(vendor_id: UUID, ids: list[UUID]) -> Iterator[dict[str, Any]]:
    for number, product_id in enumerate(ids):
        yield {"vendor_id": vendor_id, "id": product_id, "sku": f"EDR-{number}", "name": f"Endpoint {number}",
               "status": "active", "created_at": START, "updated_at": START}  # fmt: skip


def _partners(vendor_id: UUID, ids: list[UUID], moments: list[datetime], chance: random.Random) -> Iterator[Any]:
    for number, partner_id in enumerate(ids):
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {number}"
        yield {
            "vendor_id": vendor_id, "id": partner_id, "display_name": name, "name_key": normal_name(name),
            "status": "active", "country": chance.choice(COUNTRIES), "domains": [f"partner-{number}.example"],
            "regions": ["dach"], "territories": [], "verticals": ["finance"], "skills": ["siem", "xdr"],
            "cloud_platforms": ["aws"], "certifications": ["EDR-PRO"], "tier": chance.choice(("gold", "silver")),
            "created_at": moments[number], "updated_at": moments[number],
        }  # fmt: skip


def _accounts(vendor_id: UUID, ids: list[UUID], moments: list[datetime], chance: random.Random) -> Iterator[Any]:
    for number, account_id in enumerate(ids):
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {number} GmbH"
        normal = normal_name(name)
        yield {
            "vendor_id": vendor_id, "id": account_id, "name": name, "normal_name": normal,
            "name_key": compact_name(normal), "country": chance.choice(COUNTRIES), "industry": "manufacturing",
            "created_at": moments[number], "updated_at": moments[number],
        }  # fmt: skip


def _deals(
    vendor_id: UUID, ids: list[UUID], partners: list[UUID], accounts: list[UUID], moments: list[datetime], seed: int
) -> Iterator[Any]:
    chance = random.Random(seed)
    for number, deal_id in enumerate(ids):
        at, partner = moments[number], chance.choice(partners)
        account = accounts[number % len(accounts)]
        status = _STATUSES[number % len(_STATUSES)]
        yield {
            "vendor_id": vendor_id, "id": deal_id, "partner_id": partner, "number": number + 1, "account_id": account,
            "claim_account_id": account, "title": f"Endpoint protection for {number} seats",
            "description": "Replaces an on-premises suite.", "deal_type": "new_business", "country": "DE",
            "amount_minor": 100_000 + number, "currency": "EUR", "expected_close_on": at.date(), "status": status,
            "stage": "closed_won" if status == "closed" else "qualified", "reasons": ["clear_path"],
            "created_by_partner": True, "submitted_at": None if status == "draft" else at, "decided_at": at,
            "last_activity_at": at, "created_at": at, "updated_at": at,
        }  # fmt: skip


def _lines(vendor_id: UUID, deals: list[UUID], partners: list[UUID], products: list[UUID], seed: int) -> Iterator[Any]:
    chance = random.Random(seed)  # draws the same partners as `_deals`
    for number, deal_id in enumerate(deals):
        yield {"vendor_id": vendor_id, "deal_id": deal_id, "product_id": products[number % len(products)],
               "partner_id": chance.choice(partners), "quantity": 10}  # fmt: skip


async def _copy(owner: asyncpg.Connection, table: str, rows: Iterator[Any]) -> None:
    """Copy rows of one shape. Columns that are left out get their defaults."""
    first = next(rows)
    columns = list(first)
    records = (tuple(row[name] for name in columns) for row in _with(first, rows))
    await owner.copy_records_to_table(table, records=records, columns=columns)


def _with(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
