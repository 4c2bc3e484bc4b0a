"""Makers: they go through the front door or through services, never to the tables."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from ecosystem_api.access.clients.schemas import ClientCreate, ClientWithSecret
from ecosystem_api.access.vendors.schemas import VendorCreate, VendorRead
from ecosystem_api.kernel.ids import encode
from ecosystem_api.operator import make_client, open_vendor
from ecosystem_api.runtime.area import Area, Catalog
from ecosystem_api.runtime.clock import MovableClock
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.settings import Settings
from ecosystem_api.runtime.worker import Worker


@dataclass
class Api:
    """One caller's way to the API. Calls answer httpx responses; `ok` gives the JSON of an answer that must succeed."""

    http: httpx.AsyncClient
    client: ClientWithSecret | None = None
    token: str | None = None

    async def login(self) -> "Api":
        assert self.client is not None
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
        }
        answer = await self.http.post("/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        return self

    async def call(self, method: str, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        headers = dict(kwargs.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if path.startswith("/v1/events/stream") and "seconds=" not in path:
            # This transport gives an answer when it has ended; streams that go on are read over a socket.
            path += ("&" if "?" in path else "?") + "seconds=0"
        if body is not None:
            kwargs["json"] = body
        answer = await self.http.request(method, path, headers=headers, **kwargs)
        if answer.status_code == 401 and self.client and answer.json().get("reason") == "expired":
            # As a real client does; tests move the clock by days.
            await self.login()
            headers["Authorization"] = f"Bearer {self.token}"
            answer = await self.http.request(method, path, headers=headers, **kwargs)
        return answer

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.call("GET", path, **kwargs)

    async def post(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.call("POST", path, body, **kwargs)

    async def patch(self, path: str, body: Any, *, if_match: str | None = "*", **kwargs: Any) -> httpx.Response:
        headers = {**kwargs.pop("headers", {})} | ({"If-Match": if_match} if if_match else {})
        return await self.call("PATCH", path, body, headers=headers, **kwargs)

    async def act(self, path: str, body: Any = None, *, if_match: str = "*") -> httpx.Response:
        """A transition, whatever the version."""
        return await self.call("POST", path, body, headers={"If-Match": if_match})


def ok(answer: httpx.Response, status: int | None = None) -> Any:
    """The JSON of an answer that must be a success (of this status)."""
    assert answer.status_code == status if status else answer.is_success, f"{answer.status_code} {answer.text}"
    return answer.json()


def refused(answer: httpx.Response, status: int, code: str | None = None) -> Any:
    """The problem of an answer that must be a refusal of this status and code."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    if code:
        assert problem["code"] == code, problem
    return problem


@dataclass
class House:
    """A running service on its own database, with a clock that tests move and a worker that tests turn."""

    settings: Settings
    clock: MovableClock
    machinery: Machinery
    app: FastAPI
    worker: Worker
    http: httpx.AsyncClient
    admins: dict[Any, Api] = field(default_factory=dict)

    async def vendor(self, name: str = "Northwind Security", **fields: Any) -> tuple[VendorRead, Api]:
        """A new vendor and its admin."""
        vendor, client = await open_vendor(self.machinery, VendorCreate(name=name, **fields))
        api = await Api(self.http, client).login()
        self.admins[vendor.id] = api
        return vendor, api

    async def client(self, vendor: VendorRead, role: str, partner_id: str | None = None, **fields: Any) -> Api:
        """A caller of this role, for a partner where the role is a partner's."""
        body = ClientCreate.model_validate({"name": f"test {role}", "role": role, "partner_id": partner_id, **fields})
        return await Api(self.http, await make_client(self.machinery, vendor.id, body)).login()

    def offer(self, area: Area) -> None:
        """Let a test's own room join the house, in the API and in the worker; its routes, if any, do not."""
        for machinery in (self.machinery, self.worker.machinery):
            machinery.catalog = Catalog({**machinery.catalog.house, area.name: (area,)})

    async def drain(self) -> int:
        """Let the worker do all that is due now."""
        return await self.worker.drain()


def vendor_path(vendor: VendorRead) -> str:
    return f"/v1/vendors/{encode('ven', vendor.id)}"


async def a_partner(house: House, vendor: VendorRead, name: str, **fields: Any) -> tuple[Any, Api]:
    """An active partner of a vendor and its admin's way in."""
    body = {"display_name": name, "country": "DE", "status": "active", **fields}
    partner = ok(await house.admins[vendor.id].post("/v1/partners", body), 201)
    return partner, await house.client(vendor, "partner_admin", partner["id"])


async def a_product(admin: Api, sku: str = "EDR-100", **fields: Any) -> Any:
    """A product of the vendor."""
    return ok(await admin.post("/v1/products", {"sku": sku, "name": f"Product {sku}", **fields}), 201)


def deal_body(customer: str = "Acme Industries GmbH", **fields: Any) -> dict[str, Any]:
    """A complete registration of new business."""
    return {
        "title": f"Endpoint protection at {customer}",
        "customer": {"name": customer, "country": "DE"},
        "products": [{"sku": "EDR-100", "quantity": 10}],
        "amount": {"amount": "48000.00", "currency": "EUR"},
        "expected_close_on": "2099-12-31",
        **fields,
    }


async def a_draft(api: Api, customer: str = "Acme Industries GmbH", **fields: Any) -> Any:
    """A drafted registration."""
    return ok(await api.post("/v1/deal-registrations", deal_body(customer, **fields)), 201)


async def a_submission(api: Api, customer: str = "Acme Industries GmbH", **fields: Any) -> Any:
    """A registration that was submitted, as the rules left it."""
    draft = await a_draft(api, customer, **fields)
    return ok(await api.act(f"/v1/deal-registrations/{draft['id']}/submit"))


async def a_book_with(admin: Api, **changes: Any) -> Any:
    """The book in force with other parameters (`parameters=…`) or other rules, published and in force from now on."""
    draft = ok(await admin.post("/v1/rule-books", {}), 201)
    ok(await admin.patch(f"/v1/rule-books/{draft['id']}", changes))
    reason = {"reason": "A test needs it."}
    return ok(await admin.act(f"/v1/rule-books/{draft['id']}/publish", reason))


def lead_body(customer: str = "Acme Industries GmbH", **fields: Any) -> dict[str, Any]:
    """A lead at a customer, for whoever knows hospitals and log analysis."""
    return {
        "title": f"Endpoint protection at {customer}",
        "customer": {"name": customer, "country": "DE"},
        "need": "Replaces an on-premises suite.",
        "vertical": "healthcare",
        "skills": ["siem"],
        **fields,
    }


async def a_lead(admin: Api, customer: str = "Acme Industries GmbH", **fields: Any) -> Any:
    """A lead that no partner has heard of."""
    return ok(await admin.post("/v1/leads", lead_body(customer, **fields)), 201)
