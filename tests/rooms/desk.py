"""A vendor's desk for tests: a book that sends large deals to people, and people who sign in under their own names."""

from typing import Any

from tests.makers import Api, House, a_partner, a_product, a_submission, ok
from tests.provider import Provider

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
DEALS, REVIEWS = "/v1/deal-registrations", "/v1/reviews"
HOUR = 3600
ON_REVIEW = {
    "key": "looked_at", "on": ["deal_registration.submit"], "outcome": "review", "reason": "looked_at",
    "when": "deal.type == 'new_business'", "statement": "New business is looked at by a person.",
}  # fmt: skip


async def publish(admin: Api, **parameters: Any) -> None:
    """A book that sends new business to a person, with these parameters; all hours count unless they say otherwise."""
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    rules = [rule for rule in book["rules"] if rule["key"] not in ("clear_path", ON_REVIEW["key"])]
    known = {"review_clock": "wall", "review_hours": 10}
    change = {"rules": [*rules, ON_REVIEW], "parameters": {**known, **parameters}, "cases": []}
    ok(await admin.patch(path, change))
    ok(await admin.act(f"{path}/publish", {"reason": "A desk for tests."}))


async def a_desk(house: House, **parameters: Any) -> tuple[Any, Api, Api]:
    """A sandbox vendor whose book sends new business to a person: the vendor, its admin, a partner."""
    vendor, admin = await house.vendor(is_sandbox=True)
    await a_product(admin)
    await publish(admin, **parameters)
    _, partner = await a_partner(house, vendor, "One")
    return vendor, admin, partner


async def pass_hours(house: House, admin: Api, hours: float) -> None:
    """Let time pass in the sandbox, and the worker do what has fallen due."""
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": round(hours * HOUR)}))
    await house.drain()


async def review_of(admin: Api, deal: Any) -> Any:
    """The review of a registration, as the desk reads it."""
    (found,) = ok(await admin.get(REVIEWS, params={"subject_id": deal["id"]}))["data"]
    return ok(await admin.get(f"{REVIEWS}/{found['id']}"))


async def in_review(api: Api, customer: str = "Acme Industries GmbH", **fields: Any) -> Any:
    """A submission that a person decides."""
    deal = await a_submission(api, customer, **fields)
    assert deal["status"] == "in_review", deal
    return deal


async def trust(admin: Api, idp: Provider) -> Any:
    """A trust that brings managers and whoever else is named by their groups."""
    body = {
        "name": "Directory", "issuer": idp.issuer, "audiences": ["partner-portal"], "algorithm": "ES256",
        "provisions_members": True, "email_domains": ["vendor.example"], "claims": {"roles": "groups"},
        "rules": [{"value": role, "role": role} for role in ("admin", "manager", "analyst")],
    }  # fmt: skip
    return ok(await admin.post("/v1/issuers", body), 201)


async def person(house: House, issuer: Any, idp: Provider, name: str, role: str = "manager") -> tuple[Api, str]:
    """Somebody who signs in: their way in and their member id."""
    token = idp.token(house.clock(), sub=name, email=f"{name}@vendor.example", name=name.title(), groups=[role])
    form = {
        "grant_type": EXCHANGE, "client_id": issuer["client_id"], "subject_token": token,
        "subject_token_type": ID_TOKEN,
    }  # fmt: skip
    api = Api(house.http, token=ok(await house.http.post("/oauth/token", data=form))["access_token"])
    return api, str(ok(await api.get("/v1/me"))["actor_id"])
