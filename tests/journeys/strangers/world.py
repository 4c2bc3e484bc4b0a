"""Plant the world: everything that has an owner, with that owner's word in every text."""

from dataclasses import dataclass, field
from typing import Any

from tests.makers import Api, House, a_product, deal_body, ok

from ecosystem_api.access.calls.service import keep_calls
from ecosystem_api.kernel.ids import decode, new_uuid
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.journal import Call
from ecosystem_api.selling.reviews.service import Approval, sign

NOBODY = "01h455vb4pex5vsknk084sn02q"
CSV = {"Content-Type": "text/csv"}
A_CALENDAR = {
    "key": "office", "name": "Office", "time_zone": "UTC",
    "hours": [{"day": "monday", "opens": "09:00", "closes": "17:00"}],
}  # fmt: skip


@dataclass
class Side:
    """What one owner holds: its way in, and an id for every path parameter."""

    word: str
    api: Api
    ids: dict[str, str] = field(default_factory=dict)

    def says(self, text: str) -> str:
        """A text that is recognised anywhere, whatever is done to its case and punctuation."""
        return f"{self.word.title()} {text}"


@dataclass
class World:
    """Vendor A with its staff's side and three partners, vendor B with one of each, and A's callers by role."""

    house: House
    staff: Side
    own: Side
    sibling: Side
    third: Side
    foreign_staff: Side
    foreign: Side
    callers: dict[str, Api]

    def side(self, owner: str) -> Side:
        return {"own": self.own, "sibling": self.sibling, "vendors": self.staff, "foreign": self.foreign}[owner]


async def plant(house: House) -> World:
    """Both vendors, fully furnished, with all news delivered."""
    vendor, staff = await _plant_vendor(house, "zqstaff")
    sides = [await _plant_partner(house, vendor, staff, word) for word in ("zqalpha", "zqbravo", "zqcharlie")]
    other, foreign_staff = await _plant_vendor(house, "zqvictor")
    foreign = await _plant_partner(house, other, foreign_staff, "zqvictor")
    for one in (staff, foreign_staff):
        await _plant_book(one)
        await _plant_routing(one)
    await house.drain()
    for one in (staff, foreign_staff):
        await _plant_late(one)
    for one in (*sides, foreign, staff, foreign_staff):
        await _find_news(one)
    foreign.ids = {**foreign_staff.ids, **foreign.ids}
    for side in (*sides, staff, foreign, foreign_staff):
        await _plant_call(house, side)
    own, sibling, third = sides
    for one in (own, sibling, foreign):
        one.ids["relationship_id"] = await relate(one, staff if one is not foreign else foreign_staff)
    partner_id = own.ids["partner_id"]
    callers = {role: await house.client(vendor, role) for role in ("admin", "manager", "analyst", "integration")}
    for role in ("partner_admin", "partner_member"):
        callers[role] = await house.client(vendor, role, partner_id)
    return World(house, staff, own, sibling, third, foreign_staff, foreign, callers)


async def relate(side: Side, staff: Side) -> str:
    """A fresh relationship of a partner to one that nobody else knows."""
    body = {"display_name": side.says("Friend"), "country": "DE"}
    friend = ok(await staff.api.post("/v1/partners", body), 201)
    path = f"/v1/partners/{side.ids['partner_id']}/relationships"
    made = ok(await staff.api.post(path, {"kind": "refers_to", "other_id": friend["id"]}), 201)
    return str(made["id"])


async def meet(side: Side) -> str:
    """A fresh contact of a partner."""
    body = {"name": side.says("Contact"), "job_title": side.says("Job"), "email": f"{new_uuid()}@{side.word}.example"}
    path = f"/v1/partners/{side.ids['partner_id']}/contacts"
    return str(ok(await side.api.post(path, body), 201)["id"])


async def _plant_vendor(house: House, word: str) -> tuple[Any, Side]:
    vendor, admin = await house.vendor(f"{word.title()} Vendor")
    side = Side(word, admin)
    product = await a_product(admin, f"{word.upper()}-1", name=side.says("Product"), family=side.says("Family"))
    persona = {"key": f"{word}_guild", "label": side.says("Guild"), "description": side.says("Describes"),
               "profile_criteria": [side.says("Criterion")], "rights": [f"{word}_right"]}  # fmt: skip
    ok(await admin.post("/v1/personas", persona), 201)
    person = {"email": f"{word}@{word}.example", "display_name": side.says("Person"), "role": "analyst"}
    member = ok(await admin.post("/v1/members", person), 201)
    client = ok(await admin.post("/v1/clients", {"name": side.says("Client"), "role": "analyst"}), 201)
    side.ids["issuer_id"] = await _trust(side, admin, "analyst")
    await _sign_out(side.api)
    holidays = [{"name": side.says("Day"), "from_on": "2026-12-24"}]
    named = {**A_CALENDAR, "key": f"{word}_office", "name": side.says("Office"), "holidays": holidays}
    side.ids["calendar_id"] = ok(await admin.post("/v1/calendars", named), 201)["id"]
    await _allow_holds(admin)
    side.ids["custom_field_id"] = await _define(side, admin)
    account = await _plant_account(side, admin, "Own Customer")
    await _plant_twin(side, admin, account)
    await _plant_family(side, admin, account)
    headers = {**CSV, "Idempotency-Key": f"{word}-key"}
    lines = f"external_id,name,country\n{word}-1,{side.says('Imported')} SE,DE\n{word}-2,{side.says('Faulty')},XX\n"
    ok(await admin.post("/v1/imports?kind=accounts", content=lines.encode(), headers=headers), 202)
    me = ok(await admin.get("/v1/me"))
    side.ids |= {"vendor_id": me["vendor_id"], "product_id": product["id"], "key": persona["key"],
                 "member_id": member["id"], "client_id": client["id"], "account_id": account["id"]}  # fmt: skip
    return vendor, side


async def _allow_holds(admin: Api) -> None:
    """A book under which a review may be held."""
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    ok(await admin.patch(path, {"parameters": {"research_hold": {"most": 1, "days": 90}}}))
    ok(await admin.act(f"{path}/publish", {}))


async def _define(side: Side, admin: Api) -> str:
    """Fields of one's own: one that partners fill in, and one that they do not know of."""
    shared = {"resource": "deal_registration", "key": "reference", "label": "Reference", "type": "text"}
    ok(await admin.post("/v1/custom-fields", {**shared, "partner_access": "write"}), 201)
    inner = {
        "resource": "partner", "key": f"{side.word}_rating", "label": side.says("Own rating"), "type": "choice",
        "description": side.says("Own words"), "choices": [side.says("Own choice")],
    }  # fmt: skip
    return str(ok(await admin.post("/v1/custom-fields", inner), 201)["id"])


async def _sign_out(api: Api) -> None:
    """A token that ended before its time, and a new one in its place."""
    assert api.client is not None
    form = {"client_id": api.client.client_id, "client_secret": api.client.client_secret, "token": api.token}
    assert (await api.http.post("/oauth/revoke", data=form)).status_code == 200
    await api.login()


async def _trust(side: Side, api: Api, role: str) -> str:
    """A provider that answers nobody: nothing of it is needed but its words."""
    body = {
        "name": side.says("Directory"), "issuer": f"http://127.0.0.1:9/{side.word}", "audiences": [side.word],
        "claims": {"roles": f"{side.word}_groups"}, "rules": [{"value": side.says("Rule"), "role": role}],
        "email_domains": [f"{side.word}.example"],
    }  # fmt: skip
    return str(ok(await api.post("/v1/issuers", body), 201)["id"])


async def _plant_account(side: Side, admin: Api, name: str) -> Any:
    word = side.word
    body = {
        "name": f"{side.says(name)} SE", "country": "DE", "region": side.says("Region"),
        "industry": side.says("Industry"), "domains": [f"{word}-{name.split(maxsplit=1)[0].lower()}.com"],
        "legal_ids": [{"kind": "company_number", "value": f"DE:{word.upper()}77"}],
        "staff": {"aliases": [side.says("Alias")], "external_ids": [{"system": "crm", "id": f"{word}-crm"}]},
    }  # fmt: skip
    return ok(await admin.post("/v1/accounts", body), 201)["account"]


async def _plant_twin(side: Side, admin: Api, account: Any) -> None:
    """An account that was merged by mistake, and how sure a match must be."""
    twin = ok(await admin.post("/v1/accounts", {"name": side.says("Twin") + " SE", "country": "DE"}), 201)["account"]
    into = {"into_id": account["id"], "reason": "duplicate", "note": side.says("Merged")}
    ok(await admin.act(f"/v1/accounts/{twin['id']}/merge", into))
    back = {"restore_id": twin["id"], "reason": "mistaken_merge", "note": side.says("Parted")}
    ok(await admin.act(f"/v1/accounts/{account['id']}/split", back))
    ok(await admin.patch("/v1/account-matching", {"review_floor": 0.8}))


async def _plant_family(side: Side, admin: Api, account: Any) -> None:
    """Another name of an account, and a company above it."""
    alias = {"account_id": account["id"], "name": side.says("Former"), "until_on": "2020-01-31"}
    side.ids["alias_id"] = ok(await admin.post("/v1/account-aliases", alias), 201)["id"]
    top = ok(await admin.post("/v1/accounts", {"name": side.says("Holding") + " SE", "country": "FR"}), 201)["account"]
    tie = {"account_id": account["id"], "parent_id": top["id"], "from_on": "2020-01-31"}
    side.ids["relation_id"] = ok(await admin.post("/v1/account-relations", tie), 201)["id"]


async def _plant_partner(house: House, vendor: Any, staff: Side, word: str) -> Side:
    admin = staff.api
    side = Side(word, admin)
    body = {
        "display_name": side.says("Partner"), "legal_name": side.says("Legal"), "country": "DE",
        "status": "onboarding", "domains": [f"{word}.com"], "aliases": [side.says("Also")],
        "external_ids": {"crm": f"{word}-77"}, "regions": [f"{word}_region"], "verticals": [f"{word}_vertical"],
        "skills": [f"{word}_skill"], "cloud_platforms": [f"{word}_cloud"], "certifications": [f"{word}-cert"],
        "tier": f"{word}_tier", "personas": [{"persona": staff.ids["key"]}],
        "custom_fields": {f"{staff.word}_rating": staff.says("Own choice")},
    }  # fmt: skip
    partner = ok(await admin.post("/v1/partners", body), 201)
    ok(await admin.act(f"/v1/partners/{partner['id']}/activate", {"note": side.says("Welcome")}))
    side.api = api = await house.client(vendor, "partner_admin", partner["id"], name=side.says("Credential"))
    person = {"email": f"{word}@{word}.example", "display_name": side.says("Person"), "role": "partner_member"}
    # The second vendor's own people and its partner's have one word.
    person["email"] = f"partner-{person['email']}"
    member = ok(await api.post("/v1/members", person), 201)
    client = ok(await api.post("/v1/clients", {"name": side.says("Client"), "role": "partner_member"}), 201)
    side.ids["issuer_id"] = await _trust(side, api, "partner_member")
    customer = {"name": f"{side.says('Customer')} SE", "country": "DE", "region": side.says("Region"),
                "industry": side.says("Industry"), "domains": [f"{word}-customer.com"],
                "legal_ids": [{"kind": "company_number", "value": f"DE:{word.upper()}88"}]}  # fmt: skip
    wanted = {
        "title": side.says("Title"), "description": side.says("Description"), "region": side.says("Region"),
        "customer": customer, "products": [{"sku": f"{staff.word.upper()}-1"}],
        "external_id": {"system": "crm", "id": f"{word}-opp"},
        "custom_fields": {"reference": side.says("Reference")},
    }  # fmt: skip
    deal = await _submitted(api, wanted)
    assert deal["status"] == "approved", deal
    await _plant_refusal(side, admin, wanted)
    await _plant_review(house, side, staff, wanted)
    for who, audience in ((api, "partner"), (admin, "staff")):
        note = {"body": side.says("Noted") if who is api else f"zqstaff about {word}", "audience": audience}
        ok(await who.post(f"/v1/deal-registrations/{deal['id']}/notes", note), 201)
    side.ids |= {"partner_id": partner["id"], "member_id": member["id"], "client_id": client["id"],
                 "deal_id": deal["id"], "decision_id": deal["decision_id"], "account_id": deal["account_id"],
                 "key": staff.ids["key"]}  # fmt: skip
    await _plant_conflict(side, staff)
    side.ids["contact_id"] = await meet(side)
    side.ids |= await _plant_lead(side, staff)
    side.ids["extension_id"] = await _ask_for_time(side, deal)
    side.ids["amendment_id"] = await _propose(side, deal)
    then = {"from_on": "2020-01-31", "until_on": "2021-01-31"}
    tie = {"account_id": deal["account_id"], "parent_id": staff.ids["account_id"], **then}
    ok(await admin.post("/v1/account-relations", tie), 201)
    return side


async def _plant_lead(side: Side, staff: Side) -> dict[str, str]:
    """A lead that the partner has accepted, and closed so that nobody takes it back."""
    admin, api = staff.api, side.api
    lead = ok(await admin.post("/v1/leads", lead_words(side)), 201)
    path = f"/v1/leads/{lead['id']}"
    routed = ok(await admin.act(f"{path}/route", {}))
    offer_id = routed["lead_offer_id"]
    ok(await api.act(f"/v1/lead-offers/{offer_id}/accept"))
    ok(await api.act(f"{path}/close", {"reason": "no_budget"}))
    staff.ids["lead_routing_id"] = routed["id"]
    return {"lead_id": lead["id"], "lead_offer_id": offer_id}


def lead_words(side: Side) -> dict[str, Any]:
    """A lead in whose every text its owner's word stands, so that the partner of that word is the one to take it."""
    word = side.word
    return {
        "title": side.says("Lead"), "need": side.says("Need"), "region": side.says("Region"),
        "customer": {"name": f"{side.says('Prospect')} SE", "country": "DE"},
        "contact": {"name": side.says("Caller"), "email": f"caller@{word}.example", "job_title": side.says("Job")},
        "vertical": f"{word}_vertical", "skills": [f"{word}_skill"], "source": f"{word}_source",
        "external_id": {"system": "crm", "id": f"{word}-lead"},
    }  # fmt: skip


async def _propose(side: Side, deal: Any) -> str:
    """A change of country, which a person decides."""
    body = {"changes": {"country": "AT", "description": side.says("Changed")}, "reason": side.says("Because")}
    path = f"/v1/deal-registrations/{deal['id']}/amendments"
    return str(ok(await side.api.act(path, body), 201)["id"])


async def _ask_for_time(side: Side, deal: Any) -> str:
    """A request that a person decides, for nothing has happened with the deal yet."""
    more = {"days": 30, "reason": "other", "evidence": [{"kind": "email", "statement": side.says("Shown")}]}
    path = f"/v1/deal-registrations/{deal['id']}/extension-requests"
    return str(ok(await side.api.post(path, more), 201)["id"])


async def _plant_refusal(side: Side, admin: Api, wanted: dict[str, Any]) -> None:
    """A registration that a person rejects in words."""
    customer = {"name": f"{side.says('Tender')} SE", "country": "DE"}
    rfp = {**wanted, "customer": customer, "deal_type": f"{side.word}_type", "external_id": None}
    deal = await _submitted(side.api, rfp)
    verdict = {"reason": "other", "remedy": side.says("Remedy"), "note": side.says("Verdict")}
    ok(await admin.act(f"/v1/deal-registrations/{deal['id']}/reject", verdict))
    appeal = {
        "kind": "appeal", "grounds": "other", "statement": side.says("Appeal"), "deal_registration_id": deal["id"],
        "evidence": [{"kind": "email", "statement": side.says("Shown")}],
    }  # fmt: skip
    side.ids["dispute_id"] = ok(await side.api.post("/v1/disputes", appeal), 201)["id"]


async def _plant_conflict(side: Side, staff: Side) -> None:
    """An opportunity of the vendor's own team on the partner's claim, for which the partner is owed something."""
    told = {
        "external_id": {"system": "crm", "id": f"{side.word}-bypass"}, "account_id": side.ids["account_id"],
        "title": f"{staff.word} opportunity", "owner": f"{staff.word} seller", "stage": "proposal",
        "opened_on": "2026-01-31",
    }  # fmt: skip
    found = ok(await staff.api.post("/v1/vendor-opportunities", told), 201)
    side.ids["conflict_id"] = found["conflicts"][0]["id"]
    staff.ids["opportunity_id"] = found["id"]
    owed = {"obligation": "release", "note": side.says("Owed")}
    ok(await staff.api.act(f"/v1/conflicts/{side.ids['conflict_id']}/choose", owed))


async def _plant_review(house: House, side: Side, staff: Side, wanted: dict[str, Any]) -> None:
    """A registration that a person looks into, and that one of two has signed."""
    customer = {"name": f"{side.says('Pending')} SE", "country": "DE"}
    rfp = {**wanted, "customer": customer, "deal_type": f"{side.word}_type", "external_id": None}
    deal = await _submitted(side.api, rfp)
    (review,) = ok(await staff.api.get("/v1/reviews", params={"subject_id": deal["id"]}))["data"]
    held = {"reason": "legal", "note": f"zqstaff about {side.word}"}
    ok(await staff.api.act(f"/v1/reviews/{review['id']}/hold", held))
    side.ids["review_id"] = review["id"]
    vendor_id, signer = decode("ven", staff.ids["vendor_id"]), staff.ids["member_id"]
    who = Caller(vendor_id, "member", signer, Role.MANAGER, None, frozenset())
    async with house.machinery.database.transaction(vendor_id) as tx:
        approval = Approval("meets_policy", f"zqstaff about {side.word}")
        await sign(tx, who, decode("rev", review["id"]), approval, 2)


async def _submitted(api: Api, wanted: dict[str, Any]) -> Any:
    deal = ok(await api.post("/v1/deal-registrations", {**deal_body(), **wanted}), 201)
    return ok(await api.act(f"/v1/deal-registrations/{deal['id']}/submit"))


async def _plant_book(side: Side) -> None:
    """A draft that would have decided otherwise, tried on what was decided."""
    book = ok(await side.api.post("/v1/rule-books", {"name": side.says("Book")}), 201)
    path = f"/v1/rule-books/{book['id']}"
    ok(await side.api.patch(path, {"parameters": {"capacity": 0}}))
    simulation = ok(await side.api.post(f"{path}/simulations", {}), 202)
    side.ids |= {"rule_book_id": book["id"], "simulation_id": simulation["id"]}


async def _plant_routing(side: Side) -> None:
    """A policy that is not published, and a lead that no partner has heard of."""
    policy = ok(await side.api.post("/v1/routing-policies", {"name": side.says("Policy")}), 201)
    body = {**lead_words(side), "external_id": {"system": "crm", "id": f"{side.word}-own"}}
    lead = ok(await side.api.post("/v1/leads", body), 201)
    side.ids |= {"routing_policy_id": policy["id"], "lead_id": lead["id"]}


async def _plant_late(side: Side) -> None:
    """What must not have been worked off: a file that waits, and so a delivery."""
    lines = f"external_id,name,country\n{side.word}-9,{side.says('Waiting')} SE,DE\n".encode()
    job = ok(await side.api.post("/v1/imports?kind=accounts", content=lines, headers=CSV), 202)
    done = [one for one in ok(await side.api.get("/v1/imports"))["data"] if one["failed"]]
    waiting = ok(await side.api.get("/v1/deliveries?state=pending"))["data"]
    side.ids["import_id"] = done[0]["id"]
    side.ids["delivery_id"] = next(one["id"] for one in waiting if one["subject_id"] == job["id"])


async def _plant_call(house: House, side: Side) -> None:
    """A call that its own log tells of, of an operation that will end."""
    me = ok(await side.api.get("/v1/me"))
    vendor_id = decode("ven", me["vendor_id"])
    partner_id = decode("par", me["partner_id"]) if me["partner_id"] else None
    call = Call(
        called_at=house.clock(), vendor_id=vendor_id, partner_id=partner_id, actor_id=f"{side.word}_caller",
        method="GET", route="/v1/me", path="/v1/me", parameters=(), status=200, code=None, duration_ms=1.0,
        request_id="req_planted", ecosystem_version="2026-11-22", is_replayed=False, operation="get_me",
    )  # fmt: skip
    async with house.machinery.database.transaction(vendor_id) as tx:
        await keep_calls(tx, [call])


async def _find_news(side: Side) -> None:
    news = ok(await side.api.get("/v1/events?limit=200"))["data"]
    about = side.ids["deal_id"] if "deal_id" in side.ids else side.ids["account_id"]
    side.ids["event_id"] = next(one["id"] for one in news if one["subject_id"] == about)
