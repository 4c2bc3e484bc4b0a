"""Every operation, every role, every owner of what is asked for: who may is let in, the rest does not exist."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.conftest import Cluster
from tests.journeys.standing import standing
from tests.journeys.strangers.operations import BODIES, TABLES, Operation, is_visible, operations
from tests.journeys.strangers.world import NOBODY, World, meet, plant, relate
from tests.makers import House, a_partner, ok, refused

from ecosystem_api.areas import catalog
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.caller import TOKEN_ROLES, Role

OWNERS = ("own", "sibling", "vendors", "foreign", "random", "malformed")
OPERATIONS = operations()
GUARDED = [one for one in OPERATIONS if one.permission]
FORBIDDEN, UNSEEN, LET_IN = "forbidden", "unseen", "let in"
OWN_HEADERS = {"x-request-id", "ratelimit", "ratelimit-policy"}
JUDGED = {409, 412, 422, 428}
PREFIXES = {
    "vendor_id": "ven", "member_id": "mem", "client_id": "cli", "issuer_id": "iss", "partner_id": "par",
    "relationship_id": "rel",
    "contact_id": "con", "product_id": "prod", "account_id": "acc", "deal_id": "deal", "decision_id": "dec",
    "opportunity_id": "vopp", "conflict_id": "cnf",
    "event_id": "evt", "delivery_id": "dlv", "import_id": "imp", "rule_book_id": "rb",
    "simulation_id": "sim", "calendar_id": "cal", "dispute_id": "dsp", "routing_policy_id": "rpol", "lead_id": "lead",
    "lead_offer_id": "loff", "lead_routing_id": "lrt",
    "extension_id": "ext", "amendment_id": "amd",
    "review_id": "rev", "custom_field_id": "fld", "alias_id": "aal", "relation_id": "arel",
}  # fmt: skip


@pytest.fixture(scope="module")
async def world(cluster: Cluster) -> AsyncIterator[World]:
    async with standing(cluster) as house:
        yield await plant(house)


def test_the_walk_meets_every_operation_of_the_contract(world: World) -> None:
    told = {
        f"{method.upper()} {path}"
        for path, methods in world.house.app.openapi()["paths"].items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert len(OPERATIONS) == len({one.name for one in OPERATIONS}) > 60
    assert {one.name for one in OPERATIONS} == told
    lacking = {name for one in OPERATIONS for name in one.parameters} - TABLES.keys()
    assert not lacking, f"say in strangers/operations.py which table {lacking} names, and plant one in world.py"
    bare = [one.name for one in OPERATIONS if one.has_body and one.name not in BODIES]
    assert not bare, f"give {bare} a body in strangers/operations.py"


async def target(world: World, one: Operation, parameter: str, owner: str) -> str | None:
    """An id of this owner's for a parameter; None where the owner has no such thing."""
    if owner == "malformed":
        return "Not-An-Id"
    if owner == "random":
        return "nobody_has_this" if parameter == "key" else f"{PREFIXES[parameter]}_{NOBODY}"
    side = world.side(owner)
    if one.method == "DELETE" and owner in ("own", "sibling"):
        # Whoever may will erase it: each gets one of its own.
        fresh = meet(side) if parameter == "contact_id" else relate(side, world.staff)
        if parameter in ("contact_id", "relationship_id"):
            return await fresh
        fresh.close()
    # What only the vendor has, such as its products, is for everybody of its house to ask for.
    return side.ids.get(parameter) or (world.staff.ids.get(parameter) if owner == "own" else None)


async def aims(world: World, one: Operation, owner: str) -> list[tuple[str, str]]:
    """(parameter that is varied, path) for every way to aim an operation at an owner's things."""
    if not one.parameters:
        return [("", one.path)]
    found = []
    for place, parameter in enumerate(one.parameters):
        if place and owner in ("sibling", "vendors"):
            continue  # what follows in a path belongs to what stands before: never another partner's
        ids: dict[str, str | None] = {}
        for other in one.parameters:
            follows = not place and owner in ("own", "sibling")
            ids[other] = await target(world, one, other, owner if other == parameter or follows else "own")
        if None not in ids.values():
            found.append((parameter, one.filled({name: value or "" for name, value in ids.items()})))
    return found


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """All that an answer says, but for its own name and the asker's own budgets."""
    body = {**answer.json(), "request_id": None}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in OWN_HEADERS)
    return answer.status_code, body, headers


@pytest.mark.parametrize("role", TOKEN_ROLES)
async def test_who_may_is_let_in_and_nothing_of_others_exists(world: World, role: Role) -> None:
    held, wrong = catalog().permissions(role), []
    asked = 0
    for one in GUARDED:
        answers: dict[str, list[tuple[Any, ...]]] = {FORBIDDEN: [], UNSEEN: [], LET_IN: []}
        for owner in OWNERS if one.parameters else ("own",):
            for parameter, path in await aims(world, one, owner):
                answer = await world.callers[role].call(one.method, path, **one.sends())
                asked += 1
                expected = LET_IN
                if one.permission not in held:
                    expected = FORBIDDEN
                elif parameter and not is_visible(parameter, owner, to_partner=role.is_partner):
                    expected = UNSEEN
                if not met(answer, expected, one):
                    wrong.append(f"{one.name} of {owner} {parameter} is not {expected}: {answer.text[:200]}")
                answers[expected].append(told(answer) if expected != LET_IN else ())
        # Word for word the same, whether it is another vendor's, another partner's, nobody's or no id at all.
        for expected, alike in answers.items():
            if any(other != alike[0] for other in alike):
                wrong.append(f"{one.name} tells apart what is {expected}")
    assert not wrong, "\n".join(wrong)
    assert asked > len(GUARDED)


def met(answer: httpx.Response, expected: str, one: Operation) -> bool:
    if expected == FORBIDDEN:
        return answer.status_code == 403 and answer.json()["permission"] == one.permission
    if expected == UNSEEN:
        return answer.status_code == 404 and answer.json()["code"] == "not_found"
    # These callers are machines: what only people do tells them so.
    return answer.is_success or answer.status_code in JUDGED or answer.json()["code"] == "person_needed"


async def test_every_operation_but_the_public_ones_wants_a_token(world: World) -> None:
    public = {one.name for one in OPERATIONS if one.permission is None}
    assert all(" /v1/" not in name or "openapi" in name for name in public), public
    for one in GUARDED:
        path = one.filled(dict.fromkeys(one.parameters, "x"))
        refused(await world.house.http.request(one.method, path, **one.sends()), 401, "unauthenticated")


async def test_ids_of_others_in_a_body_are_as_unknown_as_ids_of_nobody(world: World) -> None:
    admin, partner = world.callers["admin"], world.callers["partner_admin"]
    hidden = world.foreign.ids
    none = {name: f"{prefix}_{NOBODY}" for name, prefix in PREFIXES.items()}
    own_partner = f"/v1/partners/{world.own.ids['partner_id']}"
    account = f"/v1/accounts/{world.staff.ids['account_id']}"

    def bodies(ids: dict[str, str]) -> list[tuple[Any, str, str, Any]]:
        deal = {"title": "t", "account_id": ids["account_id"]}
        customer = {"customer": {"name": "N SE", "country": "DE"}, "partner_id": ids["partner_id"]}
        person = {"email": f"{ids['partner_id']}@x.example", "display_name": "x", "role": "partner_member"}
        return [
            (partner, "POST", "/v1/deal-registrations", deal),
            (admin, "POST", "/v1/deal-registrations", {"title": "t", **customer}),
            (partner, "POST", "/v1/deal-registrations", {"title": "t", **customer}),
            (admin, "POST", "/v1/rules-of-engagement/check", customer),
            (partner, "POST", "/v1/rules-of-engagement/check", {"account_id": ids["account_id"]}),
            (admin, "POST", own_partner + "/relationships", {"kind": "refers_to", "other_id": ids["partner_id"]}),
            (admin, "POST", "/v1/partners", {"display_name": "x", "country": "DE", "parent_id": ids["partner_id"]}),
            (admin, "PATCH", account, {"parent_id": ids["account_id"]}),
            (partner, "POST", "/v1/members", {**person, "partner_id": ids["partner_id"]}),
            (partner, "POST", "/v1/clients", {"name": "x", "role": "partner_member", "partner_id": ids["partner_id"]}),
        ]

    for known, unknown in zip(bodies(hidden), bodies(none), strict=True):
        answers = [told(await api.call(m, p, b, headers={"If-Match": "*"})) for api, m, p, b in (known, unknown)]
        assert answers[0] == answers[1], known
        assert 400 <= answers[0][0] < 500
    for seen in bodies(world.sibling.ids)[0::4]:
        api, method, path, body = seen
        assert 400 <= (await api.call(method, path, body)).status_code < 500
    assert own_partner


async def test_a_token_of_one_is_no_token_of_another(world: World) -> None:
    house, keyring = world.house, world.house.machinery.keyring
    admin, partner = world.callers["admin"].client, world.callers["partner_admin"].client
    assert admin is not None
    assert partner is not None
    foreign = await _vendor_uuid(world.foreign_staff.api)
    own = await _vendor_uuid(world.callers["admin"])
    sibling = _uuid("par", world.sibling.ids["partner_id"])
    mine = _uuid("par", world.own.ids["partner_id"])
    forged: list[tuple[Any, Any, Any]] = [
        (admin, foreign, None), (admin, own, mine), (admin, own, sibling), (partner, own, None),
        (partner, own, sibling), (partner, foreign, mine), (partner, foreign, None),
    ]  # fmt: skip
    for client, vendor_id, partner_id in forged:
        token, _ = keyring.issue(
            client_id=client.client_id, vendor_id=vendor_id, partner_id=partner_id, role="admin", scope="",
            now=house.clock(),
        )  # fmt: skip
        answer = await house.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert refused(answer, 401, "unauthenticated")["reason"] == "revoked"
    # The role that a token claims counts for nothing: the credential's own does.
    token, _ = keyring.issue(
        client_id=partner.client_id, vendor_id=own, partner_id=mine, role="admin", scope="", now=house.clock()
    )
    me = ok(await house.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"}))
    assert (me["role"], me["partner_id"]) == ("partner_admin", world.own.ids["partner_id"])


def _uuid(prefix: str, text: str) -> Any:
    return decode(prefix, text)


async def _vendor_uuid(api: Any) -> Any:
    return _uuid("ven", ok(await api.get("/v1/me"))["vendor_id"])


async def test_a_key_is_its_callers_own(house: House) -> None:
    body = {"name": "Keyed SE", "country": "DE"}
    key = {"Idempotency-Key": "the same key"}
    first, admin = await house.vendor("First")
    _, other = await house.vendor("Second")
    _, one = await a_partner(house, first, "One")
    _, two = await a_partner(house, first, "Two")
    colleague = await house.client(first, "admin")
    made = ok(await admin.post("/v1/accounts", body, headers=key), 201)
    for api in (other, one, two, colleague):
        answer = await api.post("/v1/accounts", body, headers=key)
        assert answer.is_success
        assert "idempotent-replayed" not in answer.headers
    assert ok(await other.get("/v1/accounts"))["data"][0]["id"] != made["account"]["id"]
    again = await admin.post("/v1/accounts", body, headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (made, "true")
