"""No answer holds a trace of another: every read, by every role, with every id and word of others as a filter."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
import pytest
from tests.conftest import Cluster
from tests.journeys.standing import standing
from tests.journeys.strangers.operations import Operation, operations
from tests.journeys.strangers.traces import Secrets, ids_in, ids_of, tables_without
from tests.journeys.strangers.world import Side, World, plant
from tests.makers import Api, ok, refused

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.caller import TOKEN_ROLES, Role

READS = [one for one in operations() if one.method == "GET"]
# Rows that hold nothing a person wrote, or not as text: ids, counts, hashes, bytes, the default book.
WORDLESS = {
    "account_partners", "counters", "deliveries", "event_heads", "idempotency_keys", "client_secrets", "tenants",
    "deal_products", "protections", "rule_books", "partner_relationships", "import_problems",
    "import_jobs", "import_chunks", "ended_tokens", "rate_buckets", "calls", "deprecated_calls", "account_name_keys",
    "disputes", "account_matching", "account_relations",
}  # fmt: skip
# Reads that nobody's words belong into: about the caller, the service or the default book.
SILENT = {
    "GET /v1/me", "GET /v1/rules-of-engagement", "GET /livez", "GET /readyz", "GET /startupz",
    "GET /v1/sandbox/clock", "GET /v1/deal-registrations/{deal_id}/protection", "GET /v1/request-log",
    "GET /v1/routing-policy", "GET /v1/fairness-report", "GET /v1/leads/{lead_id}/routings",
    "GET /v1/lead-routings/{lead_routing_id}",
    "GET /v1/deprecated-calls", "GET /openapi.json", "GET /docs", "GET /v1/calendars/{calendar_id}/due",
    "GET /v1/deliveries", "GET /v1/imports", "GET /v1/imports/{import_id}", "GET /v1/imports/{import_id}/problems",
    "GET /v1/partners/{partner_id}/relationships", "GET /v1/events/{event_id}", "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server", "GET /v1/account-matching",
    "GET /v1/account-relations", "GET /v1/account-relations/{relation_id}", "GET /v1/accounts/{account_id}/merges",
}  # fmt: skip


# A vendor's products, personas and name are for its partners to read; its people and its knowledge are not.
OTHERS_WORDS = frozenset({"zqvictor", "zqbravo", "zqcharlie"}) | {
    f"zqstaff {word}"
    for word in ("about", "opportunity", "seller", "person", "client", "own", "alias", "region", "industry", "imported")
}


@dataclass
class Hidden:
    """The world, and what each side of it must not learn."""

    world: World
    from_vendor: Secrets
    from_partner: Secrets
    vendor_id: UUID
    foreign_id: UUID
    owner_url: str

    def secrets(self, role: Role) -> Secrets:
        return self.from_partner if role.is_partner else self.from_vendor

    def others(self, role: Role) -> list[Side]:
        world = self.world
        return [world.foreign, world.sibling, world.staff] if role.is_partner else [world.foreign]


@pytest.fixture(scope="module")
async def hidden(cluster: Cluster) -> AsyncIterator[Hidden]:
    async with standing(cluster) as house:
        world = await plant(house)
        vendor_id = decode("ven", world.staff.ids["vendor_id"])
        foreign_id = decode("ven", world.foreign.ids["vendor_id"])
        mine, theirs = (decode("par", side.ids["partner_id"]) for side in (world.own, world.sibling))
        owner = await asyncpg.connect(house.settings.database_url)
        try:
            foreign = await ids_of(owner, foreign_id) | {foreign_id}
            known = await ids_of(owner, vendor_id, mine)
            sibling = await ids_of(owner, vendor_id, theirs) - known
            third = await ids_of(owner, vendor_id, decode("par", world.third.ids["partner_id"])) - known
        finally:
            await owner.close()
        assert min(map(len, (foreign, known, sibling, third))) > 20
        staff = {decode(prefix, world.staff.ids[name]) for prefix, name in (
            ("mem", "member_id"), ("cli", "client_id"), ("acc", "account_id"), ("imp", "import_id"),
            ("dlv", "delivery_id"), ("evt", "event_id"), ("lead", "lead_id"),
        )}  # fmt: skip
        yield Hidden(
            world,
            Secrets(frozenset({"zqvictor"}), foreign),
            Secrets(OTHERS_WORDS, foreign | sibling | third | staff),
            vendor_id,
            foreign_id,
            house.settings.database_url,
        )


async def test_every_table_that_holds_words_holds_the_word_that_is_looked_for(hidden: Hidden) -> None:
    owner = await asyncpg.connect(hidden.owner_url)
    try:
        assert await tables_without(owner, hidden.foreign_id, "zqvictor") <= WORDLESS
    finally:
        await owner.close()


def asked(one: Operation, *sides: Side) -> str:
    """The address of a read, aimed at the first side's things; what it lacks is the next one's."""
    return one.filled({name: next(s.ids[name] for s in sides if name in s.ids) for name in one.parameters})


async def test_every_read_shows_its_owner_the_words_that_others_must_not_find(hidden: Hidden) -> None:
    world = hidden.world
    vendors_word, partners_word = (Secrets(frozenset({word}), frozenset()) for word in ("zqvictor", "zqbravo"))
    silent = set()
    for one in READS:
        at_vendor = await world.foreign_staff.api.get(asked(one, world.foreign, world.foreign_staff))
        at_partner = await world.sibling.api.get(asked(one, world.sibling, world.staff))
        if not vendors_word.found_in(at_vendor) and not partners_word.found_in(at_partner):
            silent.add(one.name)
    assert silent <= SILENT, "these reads prove nothing: plant words for them"
    assert ids_in((await world.foreign_staff.api.get("/v1/deliveries")).text) & hidden.from_vendor.ids


def probes(one: Operation, side: Side, cursors: dict[str, str]) -> list[str]:
    """Query strings that ask a read for one side's things, one per parameter and some pairs."""
    word = side.word
    guesses = {
        "lead_id": side.ids.get("lead_id"), "source": f"{word}_source",
        "partner_id": side.ids.get("partner_id"), "account_id": side.ids.get("account_id"), "domain": f"{word}.com",
        "subject_id": side.ids.get("deal_id") or side.ids["account_id"], "name": side.says("Customer") + " SE",
        "q": word, "family": side.says("Family"), "sku": f"{word.upper()}-1", "tier": f"{word}_tier",
        "skill": f"{word}_skill", "vertical": f"{word}_vertical", "persona": f"{word}_guild", "handler": "imports.work",
        "deal_type": f"{word}_type", "cursor": cursors.get(one.path), "limit": "200", "after": "0", "status": "active",
        "type": "partner.*", "outcome": "approve", "kind": "human", "sort": "name", "state": "pending",
        "country": "DE", "stage": "prospect", "is_customer": "false", "role": "sales", "as_of": "2026-12-31T00:00:00Z",
    }  # fmt: skip
    found = [""]
    for name in one.queries:
        if guess := guesses.get(name):
            found.append(f"?{name}={quote(guess)}")
    if "external_id" in one.queries:
        found += [f"?external_system=crm&external_id={word}-{end}" for end in ("77", "opp", "crm", "lead", "own")]
    return found


async def cursors_of(*sides: Side) -> dict[str, str]:
    """A cursor of each list, as its owner was given it."""
    found = {}
    for one in READS:
        if "cursor" in one.queries:
            page = (await sides[0].api.get(asked(one, *sides) + "?limit=1")).json()
            if page.get("next_cursor"):
                found[one.path] = page["next_cursor"]
    return found


@pytest.mark.parametrize("role", TOKEN_ROLES)
async def test_no_read_gives_a_trace_of_others(hidden: Hidden, role: Role) -> None:
    world, caller, secrets = hidden.world, hidden.world.callers[role], hidden.secrets(role)
    leaks, count = [], 0
    for side in hidden.others(role):
        cursors = await cursors_of(side, world.foreign_staff if side is world.foreign else world.staff, world.own)
        assert len(cursors) > 3
        for one in READS:
            for aimed_at in (world.own, side) if one.parameters else (world.own,):
                path = asked(one, aimed_at, world.staff, world.own)
                for query in probes(one, side, cursors):
                    answer = await caller.get(path + query)
                    count += 1
                    assert answer.status_code < 500, (path, query, answer.text)
                    # What the caller itself has just sent is no news to it; `Link` gives the question back.
                    sent = {word for word in secrets.words if word in query.lower()} | {*map(str, ids_in(query))}
                    told = secrets.found_in(answer) - sent
                    if told:
                        leaks.append(f"{one.name}{query} aimed at {aimed_at.word}: {sorted(told)}: {answer.text[:300]}")
                if aimed_at is not side and one.parameters:
                    continue
                for headers in ({"If-None-Match": '"v1"'}, {"If-None-Match": "*"}, {"Accept": "text/html"}):
                    answer = await caller.get(path, headers=headers)
                    leaks += [f"{one.name} {headers}: {found}" for found in secrets.found_in(answer)]
                    assert answer.status_code != 304 or (await caller.get(path)).status_code == 200
                head = await caller.call("HEAD", path)
                assert head.content == b""
                assert head.status_code == answer.status_code
                leaks += [f"HEAD {path}: {found}" for found in secrets.found_in(head)]
    assert not leaks, "\n".join(leaks)
    assert count > len(READS)


async def test_a_cursor_of_another_is_no_cursor(hidden: Hidden) -> None:
    world = hidden.world
    strangers = [(world.foreign, world.foreign_staff), (world.sibling, world.staff)]
    for side, fallback in strangers:
        for path, cursor in (await cursors_of(side, fallback)).items():
            if "{" not in path:
                answer = await world.callers["partner_admin"].get(path, params={"cursor": cursor})
                assert answer.status_code in (403, 422), path
                refused(await world.callers["admin"].get(path, params={"cursor": cursor}), 422, "invalid_request")


async def test_a_rival_that_waits_learns_its_place_and_nothing_of_the_holder(hidden: Hidden) -> None:
    world = hidden.world
    product = ok(await world.staff.api.get("/v1/products"))["data"][0]["sku"]
    account = {"name": "Contested Customer SE", "country": "DE"}
    ok(await world.staff.api.post("/v1/accounts", account), 201)
    rivals = (world.sibling, world.own)
    deals = [await _claim(side.api, account, product, side.says("Contested")) for side in rivals]
    assert [deal["status"] for deal in deals] == ["approved", "waiting"]
    assert deals[1]["queue"] == {"place": 1, "length": 1, "region": None}
    await world.house.drain()
    path = f"/v1/deal-registrations/{deals[1]['id']}"
    holder = Secrets(
        frozenset({"zqbravo"}),
        frozenset({decode("deal", deals[0]["id"]), decode("par", world.sibling.ids["partner_id"])}),
    )
    body = {"customer": account, "products": [{"sku": product}]}
    api = world.callers["partner_admin"]
    reads = [
        path, path + "/decision", path + "/notes", "/v1/accounts?name=Contested+Customer",
        f"/v1/accounts/{deals[1]['account_id']}", f"/v1/decisions?subject_id={deals[1]['id']}",
        *(f"/v1/events?subject_id={deal['id']}" for deal in deals),
    ]  # fmt: skip
    answers = [await api.get(read) for read in reads]
    answers += [
        await api.post(f"/v1/decisions/{deals[1]['decision_id']}/verify"),
        await api.post("/v1/rules-of-engagement/check", body),
        await api.post("/v1/accounts", account),
        await api.act(path + "/submit"),
        await api.act(path + "/release"),
        await api.act(path + "/approve", {"reason": "meets_policy"}),
    ]
    for answer in answers:
        assert not holder.found_in(answer), answer.text
    seen = ok(await world.staff.api.get(path + "/decision"))["staff"]
    assert deals[0]["id"] in str(seen["evidence"])


async def _claim(api: Api, account: Any, sku: str, title: str) -> Any:
    body = {"title": title, "customer": account, "products": [{"sku": sku}], "expected_close_on": "2099-12-31",
            "amount": {"amount": "1000.00", "currency": "EUR"}}  # fmt: skip
    draft = ok(await api.post("/v1/deal-registrations", body), 201)
    return ok(await api.act(f"/v1/deal-registrations/{draft['id']}/submit"))
