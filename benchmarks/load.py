"""Fill a database with a large vendor among others, by COPY, in minutes; kept between runs."""

import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.names import Names
from ecosystem_api.access.clients.schemas import ClientCreate
from ecosystem_api.access.vendors.schemas import VendorCreate
from ecosystem_api.app import build_machinery
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name, words_of
from ecosystem_api.market.accounts.domain import name_keys
from ecosystem_api.operator import make_client, open_vendor
from ecosystem_api.runtime.bootstrap import prepare
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.postgres import EmbeddedPostgres
from ecosystem_api.runtime.settings import Settings

SECRET = "benchmarks only: this secret guards rows that a generator made"  # noqa: S105
FORM = 2  # of what is loaded; a database of another form is loaded anew
PARTNERS, ACCOUNTS, DEALS, OTHER_VENDORS = 20_000, 200_000, 500_000, 49
START = datetime(2024, 1, 1, tzinfo=UTC)
_STATUSES = ("approved", "approved", "closed", "rejected", "in_review", "expired", "withdrawn", "draft")
COUNTRIES = ("DE", "US", "CA", "FR", "GB", "JP", "BR", "IN")
SOLUTIONS = ("Endpoint protection", "Mail gateway", "Identity service", "Backup", "Log archive", "Secure browsing",
             "Network sensor", "Vulnerability scan", "Key vault", "Managed response")  # fmt: skip


@dataclass(frozen=True)
class World:
    """What the runs need to know of the data: the large vendor, its credential, and some ids."""

    vendor_id: UUID
    client_id: str
    client_secret: str
    deal_ids: list[UUID]
    partner_ids: list[UUID]
    words: list[str]
    form: int = FORM


async def loaded(server: EmbeddedPostgres, home: Path, scale: float) -> tuple[Settings, World]:
    """The database of this scale, filled once. A file beside its server says that it is whole."""
    name = f"benchmark_{scale:g}".replace(".", "_")
    settings = Settings(DATABASE_URL=server.url(name), secret=SECRET)  # type: ignore[call-arg]
    kept = home / f"{name}.json"
    told = json.loads(kept.read_text()) if kept.exists() else {}
    if told.get("form") == FORM:
        await prepare(settings)
        ids = {part: [UUID(one) for one in told[part]] for part in ("deal_ids", "partner_ids")}
        return settings, World(**{**told, **ids, "vendor_id": UUID(told["vendor_id"])})
    admin = await asyncpg.connect(server.url())
    await admin.execute(f"drop database if exists {name}")
    await admin.execute(f"create database {name}")
    await admin.close()
    await prepare(settings)
    begun = time.monotonic()
    world = await fill(settings, scale)
    kept.write_text(json.dumps(asdict(world), default=str))
    print(f"loaded in {time.monotonic() - begun:.0f} s")
    return settings, world


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
    asked = "select normal_name from accounts where vendor_id = $1 order by id limit 200"
    words = sorted({row[0].split()[0] for row in await owner.fetch(asked, vendor.id)})
    chosen = random.Random(1)
    return World(
        vendor.id, client.client_id, client.client_secret, chosen.sample(deals, min(2_000, len(deals))),
        chosen.sample(partners, min(500, len(partners))), words,
    )  # fmt: skip


async def _rows(owner: asyncpg.Connection, vendor_id: UUID, scale: float, seed: int) -> tuple[list[UUID], list[UUID]]:
    chance = random.Random(seed)
    counts = [max(10, int(count * scale)) for count in (PARTNERS, ACCOUNTS, DEALS)]
    moments = [START + timedelta(seconds=60 * n) for n in range(max(counts))]
    partners, accounts, deals = ([new_uuid(at) for at in moments[:count]] for count in counts)
    products = [new_uuid() for _ in range(5)]
    found = _Rows(vendor_id, moments, partners, accounts, deals, products, Names(), chance)
    for table, rows in found.tables():
        await _copy(owner, table, ({"vendor_id": vendor_id, **row} for row in rows))
    await owner.execute("insert into counters values ($1, 'deal_registration', $2)", vendor_id, len(deals))
    return partners, deals


@dataclass
class _Rows:
    """The rows of one vendor, table by table, parents before their children."""

    vendor_id: UUID
    moments: list[datetime]
    partner_ids: list[UUID]
    account_ids: list[UUID]
    deal_ids: list[UUID]
    product_ids: list[UUID]
    names: Names
    chance: random.Random

    def tables(self) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
        """Each table's name and rows, without the vendor's column."""
        partner_names = [self.names.company(self.chance) for _ in self.partner_ids]
        account_names = [self.names.company(self.chance) for _ in self.account_ids]
        sellers = [self.chance.choice(self.partner_ids) for _ in self.deal_ids]
        titles = [f"{self.chance.choice(SOLUTIONS)} for {self.chance.randrange(20, 5000)}" for _ in self.deal_ids]
        links = ({"account_id": one, "partner_id": self.chance.choice(self.partner_ids), "since": START}
                 for one in self.account_ids)  # fmt: skip
        yield "products", self._products()
        yield "partners", self._partners(partner_names)
        yield "partner_words", self._partner_words(partner_names)
        yield "accounts", self._accounts(account_names)
        yield "account_identifiers", self._identifiers()
        yield "account_name_keys", self._name_keys(account_names)
        yield "account_words", self._account_words(account_names)
        yield "account_partners", links
        yield "deal_registrations", self._deals(titles, sellers)
        yield "deal_products", self._lines(sellers)
        yield "deal_words", self._deal_words(titles, sellers)

    def _products(self) -> Iterator[dict[str, Any]]:
        for number, product_id in enumerate(self.product_ids):
            yield {"id": product_id, "sku": f"EDR-{number}", "name": f"Endpoint {number}", "status": "active",
                   "created_at": START, "updated_at": START}  # fmt: skip

    def _partners(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        for number, (partner_id, name) in enumerate(zip(self.partner_ids, names, strict=True)):
            yield {
                "id": partner_id, "display_name": name, "name_key": normal_name(name), "status": "active",
                "country": self.chance.choice(COUNTRIES), "domains": [f"partner-{number}.example"],
                "regions": ["dach"], "territories": [], "verticals": ["finance"], "skills": ["siem", "xdr"],
                "cloud_platforms": ["aws"], "certifications": ["EDR-PRO"],
                "tier": self.chance.choice(("gold", "silver")),
                "created_at": self.moments[number], "updated_at": self.moments[number],
            }  # fmt: skip

    def _partner_words(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        for number, (partner_id, name) in enumerate(zip(self.partner_ids, names, strict=True)):
            for word in {*words_of(name), *words_of(f"partner-{number}.example")}:
                yield {"word": word, "partner_id": partner_id}

    def _accounts(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        for number, (account_id, name) in enumerate(zip(self.account_ids, names, strict=True)):
            normal = normal_name(name)
            yield {
                "id": account_id, "name": name, "normal_name": normal, "name_key": compact_name(normal),
                "country": self.chance.choice(COUNTRIES), "industry": "manufacturing",
                "created_at": self.moments[number], "updated_at": self.moments[number],
            }  # fmt: skip

    def _identifiers(self) -> Iterator[dict[str, Any]]:
        for number, account_id in enumerate(self.account_ids):
            yield {"id": new_uuid(), "account_id": account_id, "kind": "domain", "value": _domain(number)}

    def _name_keys(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        for account_id, name in zip(self.account_ids, names, strict=True):
            for key in name_keys(normal_name(name)):
                yield {"key": key, "account_id": account_id}

    def _account_words(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        for number, (account_id, name) in enumerate(zip(self.account_ids, names, strict=True)):
            for text, is_name in ((name, True), (_domain(number), False)):
                for word in set(words_of(text)):
                    yield {"word": word, "account_id": account_id, "is_name": is_name}

    def _deals(self, titles: Sequence[str], sellers: Sequence[UUID]) -> Iterator[dict[str, Any]]:
        for number, (deal_id, title, partner_id) in enumerate(zip(self.deal_ids, titles, sellers, strict=True)):
            at, account = self.moments[number], self.account_ids[number % len(self.account_ids)]
            status = _STATUSES[number % len(_STATUSES)]
            yield {
                "id": deal_id, "partner_id": partner_id, "number": number + 1, "account_id": account,
                "claim_account_id": account, "title": title, "description": "Replaces an on-premises suite.",
                "deal_type": "new_business", "country": "DE", "amount_minor": 100_000 + number, "currency": "EUR",
                "expected_close_on": at.date(), "status": status,
                "stage": "closed_won" if status == "closed" else "qualified", "reasons": ["clear_path"],
                "created_by_partner": True, "submitted_at": None if status == "draft" else at, "decided_at": at,
                "last_activity_at": at, "created_at": at, "updated_at": at,
            }  # fmt: skip

    def _lines(self, sellers: Sequence[UUID]) -> Iterator[dict[str, Any]]:
        for number, (deal_id, partner_id) in enumerate(zip(self.deal_ids, sellers, strict=True)):
            product_id = self.product_ids[number % len(self.product_ids)]
            yield {"deal_id": deal_id, "product_id": product_id, "partner_id": partner_id, "quantity": 10}

    def _deal_words(self, titles: Sequence[str], sellers: Sequence[UUID]) -> Iterator[dict[str, Any]]:
        for number, (deal_id, title, partner_id) in enumerate(zip(self.deal_ids, titles, sellers, strict=True)):
            for word in {*words_of(title), str(number + 1)}:
                yield {"word": word, "deal_id": deal_id, "partner_id": partner_id}


def _domain(number: int) -> str:
    return f"account-{number}.example"


async def _copy(owner: asyncpg.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    """Copy rows of one shape. Columns that are left out get their defaults."""
    first = next(rows)
    records = (tuple(row.values()) for row in chain([first], rows))
    await owner.copy_records_to_table(table, records=records, columns=list(first))
