"""One refusal as data, the world it is asked in, and how it is asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.makers import Api, House, a_draft, a_partner, a_product, ok

PRODUCTS, PARTNERS, ACCOUNTS, DEALS = "/v1/products", "/v1/partners", "/v1/accounts", "/v1/deal-registrations"
JSON = "application/json"


@dataclass(frozen=True)
class Refusal:
    """What is asked, and how it must be refused.

    `{deal}` and the like in the path, in headers and in the body are ids of the world; `{{` is a brace. `raw` is sent
    as it is. `fault` is the (pointer, code) that one of the errors must have; `bearer` is another Authorization header.
    """

    sentence: str
    method: str
    path: str
    status: int
    code: str
    body: Any = None
    raw: bytes | None = None
    headers: tuple[tuple[str, str | bytes], ...] = ()
    fault: tuple[str, str] | None = None
    who: str = "admin"
    bearer: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class World:
    """Something of everything, and callers by name."""

    house: House
    callers: dict[str, Api]
    names: dict[str, str]

    def fill(self, value: Any) -> Any:
        """The value with the names of things replaced by their ids."""
        if isinstance(value, str):
            for name, found in self.names.items():
                value = value.replace("{" + name + "}", found)
            return value
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value

    async def ask(self, case: Refusal) -> httpx.Response:
        """Send a case's request, exactly as written."""
        headers: list[tuple[str, str | bytes]] = [(name, self.fill(value)) for name, value in case.headers]
        given = {name.lower() for name, _ in headers}
        if case.bearer is None and "authorization" not in given:
            headers.append(("Authorization", f"Bearer {self.callers[case.who].token}"))
        elif case.bearer:
            headers.append(("Authorization", self.fill(case.bearer)))
        content = case.raw
        if content is None and case.body is not None:
            content = json.dumps(self.fill(case.body)).encode()
        if content and "content-type" not in given:
            headers.append(("Content-Type", JSON))
        headers = [(name, value) for name, value in headers if value != ""]
        return await self.house.http.request(case.method, self.fill(case.path), content=content, headers=headers)


def tampered(token: str) -> str:
    """The token with one letter of its claims changed, and the signature of the true one."""
    head, claims, signature = token.split(".")
    place = len(claims) // 2
    return f"{head}.{claims[:place]}{'A' if claims[place] != 'A' else 'B'}{claims[place + 1 :]}.{signature}"


async def furnish(house: House) -> World:
    """A vendor with a partner, a product, a customer and a draft, another vendor, and every kind of caller."""
    vendor, admin = await house.vendor()
    other_vendor, stranger = await house.vendor("Southwind")
    await a_product(admin)
    partner, partner_api = await a_partner(house, vendor, "Maple Secure", parent_id=None)
    child, _ = await a_partner(house, vendor, "Maple Child", parent_id=partner["id"])
    foreign, _ = await a_partner(house, other_vendor, "Elsewhere")
    account = ok(await admin.post(ACCOUNTS, {"name": "Globex Industries", "country": "DE"}), 201)["account"]
    below = {"name": "Globex Daughter", "country": "FR", "staff": {"parent_id": account["id"]}}
    daughter = ok(await admin.post(ACCOUNTS, below), 201)["account"]
    draft = await a_draft(partner_api)
    ok(await admin.post(PRODUCTS, {"sku": "KEYED-1", "name": "First"}, headers={"Idempotency-Key": "used-key"}), 201)
    for number in range(3):
        await a_product(admin, f"PAGE-{number}")
    cursor = ok(await admin.get(PRODUCTS + "?limit=1"))["next_cursor"]
    revoked = await house.client(vendor, "manager")
    assert revoked.client is not None
    ok(await admin.post(f"/v1/clients/{str(revoked.client.client_id).partition('.')[0]}/revoke"))
    callers = {
        "admin": admin,
        "partner": partner_api,
        "member": await house.client(vendor, "partner_member", partner["id"]),
        "stranger": stranger,
        "analyst": await house.client(vendor, "analyst"),
        "integration": await house.client(vendor, "integration"),
    }
    assert admin.client is not None
    return World(
        house,
        callers,
        {
            "partner": partner["id"],
            "child": child["id"],
            "foreign": foreign["id"],
            "account": account["id"],
            "daughter": daughter["id"],
            "deal": draft["id"],
            "vendor": ok(await admin.get("/v1/me"))["vendor_id"],
            "cursor": cursor,
            "token": admin.token or "",
            "revoked": revoked.token or "",
            "tampered": tampered(admin.token or ""),
            "client_id": admin.client.client_id,
            "client_secret": admin.client.client_secret,
            "nobody": "01h455vb4pex5vsknk084sn02q",
        },
    )
