"""The first day: the vendor is opened, its people and products are entered, its customers come from the CRM."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ecosystem_api.access.clients.schemas import ClientWithSecret
from ecosystem_api.access.members import service as members
from ecosystem_api.access.members.schemas import MemberCreate
from ecosystem_api.access.vendors.schemas import VendorCreate
from ecosystem_api.demo.cast import people
from ecosystem_api.demo.cast.customers import Customer
from ecosystem_api.demo.cast.products import PRODUCTS, RETIRED, Product
from ecosystem_api.demo.stage import Stage
from ecosystem_api.exchange.imports import service as imports
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountUpdate
from ecosystem_api.market.calendars import service as calendars
from ecosystem_api.market.calendars.schemas import CalendarCreate
from ecosystem_api.market.products import service as products
from ecosystem_api.market.products.schemas import ProductCreate, ProductUpdate
from ecosystem_api.network.fields import service as fields
from ecosystem_api.network.fields.schemas import CustomFieldCreate
from ecosystem_api.network.personas import service as personas
from ecosystem_api.network.personas.schemas import PersonaCreate
from ecosystem_api.operator import open_vendor
from ecosystem_api.runtime.caller import Role

_DOMAIN = "northwindsecurity.example"
_STAFF = ("admin", "manager", "manager", "manager", "analyst", "analyst", "analyst")
_COLUMNS = (
    "external_id", "system", "name", "country", "region", "industry", "domains", "duns", "aliases", "is_customer",
    "vendor_engaged_on", "custom_fields",
)  # fmt: skip
_FAULTY = (
    ("C-9001", "crm", "Quietwater Mills", "ZZ", "", "manufacturing", "", "", "", "false", "", ""),
    ("C-9002", "crm", "Sandcastle Leasing", "DE", "dach", "financial_services", "", "12345", "", "false", "", ""),
    ("C-9003", "crm", "Tidewrack Media", "GB", "uk_ireland", "media", "mail.com", "", "", "false", "", ""),
)


async def open_house(stage: Stage) -> list[ClientWithSecret]:
    """The vendor with its staff and its catalogue; the credentials of its four roles, the admin's first."""
    body = VendorCreate(name="Northwind Security", country="CA", base_currency="USD", data_region="eu")
    _, first = await open_vendor(stage.machinery, body, stage.vendor_id)
    stage.staff[Role.ADMIN] = stage.caller(first)
    found = [first]
    for role in (Role.MANAGER, Role.ANALYST, Role.INTEGRATION):
        client = await stage.credential(f"Demonstration {role.value}", role)
        stage.staff[role] = stage.caller(client)
        found.append(client)
    await _hire(stage)
    await _add_persona(stage)
    await _define_fields(stage)
    await _keep_hours(stage)
    for product in (*PRODUCTS, RETIRED):
        await _add_product(stage, product)
    return found


async def bring_customers(stage: Stage, customers: Sequence[Customer]) -> dict[int, str]:
    """The vendor's customers come by import, three faulty rows among them; families are put together by hand.

    Shape: the id in the CRM by the place in the list, for those that are known from the beginning.
    """
    known = {place: f"C-{place + 1:04d}" for place, customer in enumerate(customers) if customer.is_known}
    lines = [_line(stage, known[place], customers[place]) for place in known]
    who = stage.staff[Role.INTEGRATION]
    stage.database.now += timedelta(hours=2)
    for rows, dry_run in (([*lines[:20], *_FAULTY], True), ([*lines, *_FAULTY], False)):
        async with stage.acting(who) as tx:
            await imports.take_file(
                tx,
                who,
                stage.machinery.catalog,
                kind="accounts",
                media_type="text/csv",
                data=_csv(rows),
                dry_run=dry_run,
            )
        stage.database.now += timedelta(minutes=5)
        await stage.work()
    manager = stage.staff[Role.MANAGER]
    async with stage.acting(manager) as tx:
        for place, customer in enumerate(customers):
            if customer.parent is not None:
                child = await accounts.find_by_external_id(tx, "crm", known[place])
                parent = await accounts.find_by_external_id(tx, "crm", known[customer.parent])
                assert child is not None, "it was imported a moment ago"
                await accounts.update_account(tx, manager, child, AccountUpdate(parent_id=parent), "*")
    return known


def _line(stage: Stage, external_id: str, customer: Customer) -> tuple[str, ...]:
    engaged = ""
    if customer.engaged_days is not None:
        engaged = (stage.begin - timedelta(days=customer.engaged_days)).date().isoformat()
    return (
        external_id,
        "crm",
        customer.name,
        customer.country,
        customer.region,
        customer.industry,
        customer.domain or "",
        customer.duns or "",
        ";".join(customer.aliases),
        str(customer.is_customer).lower(),
        engaged,
        json.dumps({"segment": "public_sector" if customer.industry == "public_sector" else "commercial"}),
    )


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows([_COLUMNS, *rows])
    return table.getvalue().encode()


async def _hire(stage: Stage) -> None:
    admin = stage.staff[Role.ADMIN]
    async with stage.acting(admin) as tx:
        for place, role in enumerate(_STAFF):
            name = people.invent(stage.chance)
            email = people.address(f"{name} {place}", _DOMAIN)
            body = MemberCreate.model_validate({"email": email, "display_name": name, "role": role})
            last = await members.add_member(tx, admin, body, stage.machinery)
        await members.set_active(tx, admin, last.id, is_active=False)


async def _add_persona(stage: Stage) -> None:
    who = stage.staff[Role.MANAGER]
    body = PersonaCreate(
        key="distributor",
        label="Distributor",
        description="Supplies resellers and gives them credit, logistics and a first answer.",
        profile_criteria=["Serves resellers the vendor cannot serve one by one.", "Has credit lines and logistics."],
        rights=["transact", "refer_leads"],
    )
    async with stage.acting(who) as tx:
        await personas.create_persona(tx, who, body)


async def _define_fields(stage: Stage) -> None:
    """What this vendor asks of its records besides: partners fill the first in, and do not know of the last."""
    who = stage.staff[Role.MANAGER]
    segments = ["commercial", "public_sector"]
    defined: list[dict[str, Any]] = [
        {"resource": "deal_registration", "key": "seats", "label": "Seats", "type": "integer", "minimum": "1",
         "description": "How many people will use the product.", "partner_access": "write"},
        {"resource": "account", "key": "segment", "label": "Segment", "type": "choice", "choices": segments,
         "partner_access": "read"},
        {"resource": "partner", "key": "revenue_target", "label": "Revenue target", "type": "number",
         "description": "Million USD that we plan with in the year."},
    ]  # fmt: skip
    async with stage.acting(who) as tx:
        for body in defined:
            await fields.create_field(tx, who, CustomFieldCreate.model_validate(body))


async def _keep_hours(stage: Stage) -> None:
    """The head office's hours, with the days on which it is closed."""
    who, first = stage.staff[Role.MANAGER], stage.begin.year
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    holidays = [
        day
        for year in range(first, first + 4)
        for day in (
            {"name": "Canada Day", "from_on": f"{year}-07-01"},
            {"name": "Year's end", "from_on": f"{year}-12-24", "last_on": f"{year + 1}-01-01"},
        )
    ]
    body = {
        "key": "head_office",
        "name": "Head office",
        "time_zone": "America/Toronto",
        "hours": [{"day": day, "opens": "08:30", "closes": "17:30"} for day in weekdays],
        "holidays": holidays,
    }
    async with stage.acting(who) as tx:
        await calendars.add_calendar(tx, who, CalendarCreate.model_validate(body))


async def _add_product(stage: Stage, product: Product) -> None:
    who = stage.staff[Role.MANAGER]
    async with stage.acting(who) as tx:
        body = ProductCreate(sku=product.sku, name=product.name, family=product.family)
        added = await products.add_product(tx, who, body)

    async def retire() -> None:
        async with stage.acting(who) as tx:
            await products.update_product(tx, who, added.id, ProductUpdate(status="retired"), "*")

    if product is RETIRED:
        stage.calendar.plan(stage.begin + timedelta(days=30), retire)
