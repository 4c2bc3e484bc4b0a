"""Lists searched by words: what is found, by whom, until when, and by which way PostgreSQL finds it."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic import command
from tests.asked import asked_of
from tests.makers import Api, House, a_draft, a_partner, a_product, deal_body, ok, refused

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.bootstrap import alembic_config
from ecosystem_api.runtime.settings import APP_ROLE

PARTNERS, ACCOUNTS, DEALS = "/v1/partners", "/v1/accounts", "/v1/deal-registrations"
FIRST_STEP = "find_partners_by_words-1"
UNFORCED = "select relname from pg_class where relrowsecurity and not relforcerowsecurity order by 1"


async def found(api: Api, path: str, words: str, **query: Any) -> set[str]:
    """The ids that a search answers."""
    listed = ok(await api.get(path, params={"q": words, "limit": 200, **query}))
    assert listed["next_cursor"] is None
    return {one["id"] for one in listed["data"]}


async def test_a_partner_is_found_by_all_that_it_is_called(house: House) -> None:
    vendor, admin = await house.vendor()
    maple, _ = await a_partner(
        house, vendor, "Mäple & Søns Security GmbH", legal_name="Ahorn Holding", aliases=["Old Oak"],
        domains=["maple-secure.example"], external_ids={"crm": "SF-001-Xy"},
    )  # fmt: skip
    granite, _ = await a_partner(house, vendor, "Granite Security", tier="gold")
    both = {maple["id"], granite["id"]}
    for words in ("MAPLE", "ma", "mäp", "sons maple", "security map", "gmbh", "ahorn hold", "oak", "maple-secure.exa",
                  "sf-001-xy", "maple & søns"):  # fmt: skip
        assert await found(admin, PARTNERS, words) == {maple["id"]}, words
    assert await found(admin, PARTNERS, "secur") == both
    assert await found(admin, PARTNERS, "security", tier="gold") == {granite["id"]}
    for words in ("aple", "sec maple", "security maplewood", "granite maple"):
        assert await found(admin, PARTNERS, words) == set(), words


async def test_a_partner_is_found_as_it_is_called_now(house: House) -> None:
    vendor, admin = await house.vendor()
    maple, _ = await a_partner(house, vendor, "Maple", aliases=["Oak"], external_ids={"crm": "k77"})
    path = f"{PARTNERS}/{maple['id']}"
    ok(await admin.patch(path, {"display_name": "Birch", "aliases": ["Elm"], "external_ids": {"crm": None}}))
    for words, expected in (
        ("maple", set()),
        ("oak", set()),
        ("k77", set()),
        ("bir", {maple["id"]}),
        ("elm", {maple["id"]}),
    ):
        assert await found(admin, PARTNERS, words) == expected, words


async def test_a_merged_partner_is_found_in_the_one_that_stands_for_both(house: House) -> None:
    vendor, admin = await house.vendor()
    old, _ = await a_partner(house, vendor, "Oldham", aliases=["Ancient"], external_ids={"erp": "e9"})
    new, news = await a_partner(house, vendor, "Newham")
    ok(await admin.act(f"{PARTNERS}/{old['id']}/merge", {"into_id": new["id"], "reason": "duplicate"}))
    for words in ("oldham", "ancient", "e9", "newham"):
        assert await found(admin, PARTNERS, words) == await found(news, PARTNERS, words) == {new["id"]}, words


async def test_a_search_pages_like_any_list(house: House) -> None:
    vendor, admin = await house.vendor()
    for place in range(5):
        await a_partner(house, vendor, f"Partner Search {place}")
    whole = [one["id"] for one in ok(await admin.get(PARTNERS, params={"q": "search par", "sort": "name"}))["data"]]
    pages, cursor = [], None
    while cursor is not None or not pages:
        query = {"q": "search par", "sort": "name", "limit": 2, **({"cursor": cursor} if cursor else {})}
        answer = ok(await admin.get(PARTNERS, params=query))
        cursor = answer["next_cursor"]
        pages += [one["id"] for one in answer["data"]]
    assert len(whole) == 5
    assert pages == whole
    first = ok(await admin.get(PARTNERS, params={"q": "search par", "limit": 2}))
    other = {"q": "search", "limit": 2, "cursor": first["next_cursor"]}
    assert refused(await admin.get(PARTNERS, params=other), 422)["errors"][0]["code"] == "invalid_cursor"


async def test_nobody_finds_what_they_may_not_read(house: House) -> None:
    vendor, _ = await house.vendor()
    maple, seller = await a_partner(house, vendor, "Maple Security", aliases=["Oak"])
    _, rival = await a_partner(house, vendor, "Granite Security")
    _, stranger = await house.vendor("Southwind")
    assert await found(seller, PARTNERS, "security") == {maple["id"]}
    for api, words in ((rival, "maple"), (rival, "oak"), (stranger, "maple"), (stranger, "security")):
        assert await found(api, PARTNERS, words) == set()


async def test_an_account_is_found_by_what_its_reader_may_read(house: House) -> None:
    vendor, admin = await house.vendor()
    _, seller = await a_partner(house, vendor, "Maple")
    _, second = await a_partner(house, vendor, "Granite")
    _, third = await a_partner(house, vendor, "Birch")
    _, stranger = await house.vendor("Southwind")
    customer = {"name": "Ácme Industries GmbH", "country": "DE", "domains": ["acme-shop.example"]}
    account = ok(await seller.post(ACCOUNTS, customer), 201)["account"]
    assert ok(await second.post(ACCOUNTS, {**customer, "domains": []}))["account"]["id"] == account["id"]
    path, one = f"{ACCOUNTS}/{account['id']}", {account["id"]}
    ok(await admin.patch(path, {"aliases": ["Zebra"], "external_ids": [{"system": "crm", "id": "k-55"}]}))
    for words, readers in (
        ("acme indus", (admin, seller, second)), ("gmbh", (admin, seller, second)),
        ("acme-shop.example", (admin, seller)), ("shop", (admin, seller)),
        ("zebra", (admin,)), ("k-55", (admin,)), ("acme zebra", (admin,)), ("industries shop", (admin, seller)),
    ):  # fmt: skip
        for api in (admin, seller, second, third, stranger):
            assert await found(api, ACCOUNTS, words) == (one if api in readers else set()), words
    assert await found(admin, ACCOUNTS, "acme", country="DE") == one
    assert await found(admin, ACCOUNTS, "acme", country="FR") == set()
    ok(await admin.patch(path, {"name": "Nova", "domains": [], "aliases": [], "external_ids": []}))
    for words, expected in (("acme", set()), ("shop", set()), ("zebra", set()), ("k-55", set()), ("nov", one)):
        assert await found(admin, ACCOUNTS, words) == expected, words
    # The others go on calling it as they did, and learn nothing of how it is called elsewhere.
    assert await found(seller, ACCOUNTS, "nova") == one
    for words, expected in (("nova", set()), ("acme indus", one), ("shop", set())):
        assert await found(second, ACCOUNTS, words) == expected, words


async def test_a_partner_finds_a_customer_by_the_name_that_it_gave_and_by_no_other(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, seller = await a_partner(house, vendor, "Maple")
    _, second = await a_partner(house, vendor, "Granite")
    real = {"name": "Project Bluebird Holding", "country": "DE", "domains": ["bluebird.example"]}
    account = ok(await admin.post(ACCOUNTS, real), 201)["account"]
    called = {"customer": {"name": "Meyer", "country": "DE", "domains": ["bluebird.example"]}}
    deal = ok(await seller.post(DEALS, deal_body() | called), 201)
    assert deal["account_id"] == account["id"]
    one = {account["id"]}
    for words, expected in (("bluebird", set()), ("proj", set()), ("holding", set()), ("mey", one)):
        assert await found(seller, ACCOUNTS, words) == expected, words
        assert await found(seller, DEALS, words) == ({deal["id"]} if expected else set()), words
    for name, expected in (("Project Bluebird Holding", set()), ("MEYER", one)):
        rows = ok(await seller.get(ACCOUNTS, params={"name": name}))["data"]
        assert {row["id"] for row in rows} == expected, name
    assert await found(admin, ACCOUNTS, "bluebird") == one
    # It keeps its own word for the customer when the account becomes one with another.
    other = ok(await admin.post(ACCOUNTS, {"name": "Nightfall Systems", "country": "DE"}), 201)["account"]
    body = {"into_id": other["id"], "reason": "duplicate"}
    ok(await admin.act(f"{ACCOUNTS}/{account['id']}/merge", body))
    assert ok(await seller.get(f"{ACCOUNTS}/{other['id']}"))["name"] == "Meyer"
    assert await found(seller, ACCOUNTS, "nightfall") == await found(second, ACCOUNTS, "meyer") == set()
    assert await found(seller, ACCOUNTS, "meyer") == {other["id"]}


async def test_a_registration_is_found_by_its_words_and_its_customers_name(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    maple, seller = await a_partner(house, vendor, "Maple")
    granite, rival = await a_partner(house, vendor, "Granite")
    _, stranger = await house.vendor("Southwind")
    outside = {"system": "crm", "id": "OPP-900"}
    deal = await a_draft(seller, "Acme Industries", title="Zürich firewall", external_id=outside)
    other = await a_draft(rival, "Acme Industries", title="Geneva backup", external_id=outside)
    path, one, both = f"{DEALS}/{deal['id']}", {deal["id"]}, {deal["id"], other["id"]}
    for words in ("zurich", "FIREWALL zü", deal["number"], "acme firewall", "acme firewall opp-900"):
        for api, expected in ((admin, one), (seller, one), (rival, set()), (stranger, set())):
            assert await found(api, DEALS, words) == expected, words
    assert await found(admin, DEALS, "acme indus") == await found(admin, DEALS, "opp-90") == both
    assert await found(admin, DEALS, "acme", partner_id=granite["id"]) == {other["id"]}
    ok(await seller.patch(path, {"title": "Basel firewall"}))
    ok(await admin.patch(f"{ACCOUNTS}/{deal['account_id']}", {"name": "Nova"}))
    for words, expected in (("zurich", set()), ("acme", set()), ("basel fire", one), ("nova", both)):
        assert await found(admin, DEALS, words) == expected, words
    ok(await admin.act(f"{PARTNERS}/{maple['id']}/merge", {"into_id": granite["id"], "reason": "duplicate"}))
    assert await found(rival, DEALS, "basel") == one
    assert await found(rival, DEALS, "opp-900") == {other["id"]}


async def test_a_line_of_an_import_and_an_item_of_a_bulk_request_are_found(house: House) -> None:
    _, admin = await house.vendor()
    lines = b"external_id,name,country,domains\nk-1,Imported SE,DE,imported.example\n"
    ok(await admin.post("/v1/imports?kind=accounts", content=lines, headers={"Content-Type": "text/csv"}), 202)
    await house.drain()
    assert len(await found(admin, ACCOUNTS, "imported k-1")) == 1
    ok(await admin.post(f"{PARTNERS}/bulk", {"items": [{"display_name": "Bulky", "country": "DE"}]}))
    assert len(await found(admin, PARTNERS, "bulk")) == 1


@pytest.mark.parametrize("path", [PARTNERS, ACCOUNTS, DEALS])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("a", "string_too_short"),
        ("a" * 101, "string_too_long"),
        ("--", "no_word"),
        ("a b c d e f g h i", "too_many_words"),
    ],
)
async def test_words_that_cannot_be_looked_for_are_refused(house: House, path: str, words: str, code: str) -> None:
    _, admin = await house.vendor()
    fault = refused(await admin.get(path, params={"q": words}), 422)["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("q", code)


async def test_the_longest_words_are_kept_and_found(house: House) -> None:
    vendor, admin = await house.vendor()
    name = "\ufdfa" * 100
    long, _ = await a_partner(house, vendor, name)
    assert await found(admin, PARTNERS, name) == {long["id"]}


PLANTED = {
    "partner_words": """
        with made as (
            insert into partners (vendor_id, id, display_name, name_key, status, country, domains, regions, territories,
                verticals, skills, cloud_platforms, certifications, created_at, updated_at)
            select $1, gen_random_uuid(), 'P' || n, 'p' || n, 'active', 'DE', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
                now(), now()
            from generate_series(1, 3000) n returning id, name_key
        ) insert into partner_words (vendor_id, word, partner_id)
        select $1, word, id from made, unnest(array[md5(name_key), 'tag' || left(md5(name_key), 2)]) word""",
    "account_words": """
        with made as (
            insert into accounts (vendor_id, id, name, normal_name, name_key, country, created_at, updated_at)
            select $1, gen_random_uuid(), 'A' || n, 'a' || n, 'a' || n, 'DE', now(), now()
            from generate_series(1, 3000) n returning id, name_key
        ), linked as (
            insert into account_partners (vendor_id, account_id, partner_id, since) select $1, id, $2, now() from made
        ) insert into account_words (vendor_id, word, account_id, is_name)
        select $1, word, id, true from made, unnest(array[md5(name_key), 'tag' || left(md5(name_key), 2)]) word""",
    "deal_words": """
        with customer as (
            insert into accounts (vendor_id, id, name, normal_name, name_key, country, created_at, updated_at)
            values ($1, gen_random_uuid(), 'A', 'a', 'a', 'DE', now(), now()) returning id
        ), made as (
            insert into deal_registrations (vendor_id, id, partner_id, number, account_id, title, deal_type, country,
                status, stage, created_by_partner, last_activity_at, created_at, updated_at)
            select $1, gen_random_uuid(), $2, n, customer.id, 'D' || n, 'new_business', 'DE', 'draft', 'prospect', true,
                now(), now(), now()
            from generate_series(1, 3000) n, customer returning id, title
        ) insert into deal_words (vendor_id, word, deal_id, partner_id)
        select $1, word, id, $2 from made, unnest(array[md5(title), 'tag' || left(md5(title), 2)]) word""",
}


@pytest.mark.parametrize("is_partner", [False, True])
@pytest.mark.parametrize(
    ("path", "table"), [(PARTNERS, "partner_words"), (ACCOUNTS, "account_words"), (DEALS, "deal_words")]
)
async def test_a_search_walks_an_index_under_the_policies(
    house: House, path: str, table: str, is_partner: bool
) -> None:
    """Asked as the application's own login, with the very statement of the list."""
    vendor, admin = await house.vendor()
    partner, seller = await a_partner(house, vendor, "Maple")
    partner_id = decode("par", partner["id"])
    owner = await asyncpg.connect(house.settings.database_url)
    app = await asyncpg.connect(house.settings.url_for(APP_ROLE))
    try:
        await owner.execute(PLANTED[table].replace("$1", f"'{vendor.id}'::uuid").replace("$2", f"'{partner_id}'::uuid"))
        await owner.execute("analyze")
        async with asked_of(house.machinery.database.connections) as asked:
            ok(await (seller if is_partner else admin).get(path, params={"q": "abc"}))
        (statement, values), *_ = [one for one in asked if table in one.query]
        async with app.transaction():
            await app.execute(f"set local app.vendor = '{vendor.id}'")
            if is_partner:
                await app.execute(f"set local app.partner = '{partner_id}'")
            plan = "\n".join(row[0] for row in await app.fetch("explain " + statement, *values))
    finally:
        await owner.close()
        await app.close()
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert any("word >= " in line and "word < " in line for line in conditions), plan
    assert f"Seq Scan on {table}" not in plan


async def test_the_comparisons_of_a_search_leak_nothing(house: House) -> None:
    owner = await asyncpg.connect(house.settings.database_url)
    try:
        leaky = await owner.fetch(
            "select oprname from pg_operator o join pg_proc p on p.oid = o.oprcode where not proleakproof "
            "and oprleft = 'text'::regtype and oprright = 'text'::regtype and oprname in ('=', '<', '>=')"
        )
    finally:
        await owner.close()
    assert leaky == []


async def test_the_step_that_makes_the_words_fills_them_as_an_owner_that_policies_bind(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, seller = await a_partner(
        house,
        vendor,
        "Mäple GmbH",
        legal_name="Ahorn",
        aliases=["Oak"],
        domains=["m.example"],
        external_ids={"crm": "x1"},
    )
    deal = await a_draft(seller, "Acme", external_id={"system": "crm", "id": "OPP-1"})
    path = f"{ACCOUNTS}/{deal['account_id']}"
    known = {"aliases": ["Zebra"], "domains": ["acme.example"], "external_ids": [{"system": "crm", "id": "k9"}]}
    ok(await admin.patch(path, known))
    url = urlsplit(house.settings.database_url)
    login = f"words_{url.path[1:]}"
    owner = await asyncpg.connect(house.settings.database_url)
    tables = ("partner_words", "account_words", "account_staff_words", "deal_words")
    everything = " union all ".join(f"select '{table}', to_jsonb(t)::text from {table} t" for table in tables)
    try:
        before, open_before = sorted(await owner.fetch(everything)), await owner.fetch(UNFORCED)
        await owner.execute(f"create role {login} login password 'words'; grant create on schema public to {login}")
        for row in await owner.fetch("select tablename from pg_tables where schemaname = 'public'"):
            await owner.execute(f"alter table {row['tablename']} owner to {login}")
        await house.machinery.database.close()
        config = alembic_config(url._replace(netloc=f"{login}:words@{url.netloc.rsplit('@', 1)[-1]}").geturl())
        await asyncio.to_thread(command.downgrade, config, FIRST_STEP)
        await asyncio.to_thread(command.upgrade, config, "head")
        assert sorted(await owner.fetch(everything)) == before
        told = {"maple", "gmbh", "ahorn", "oak", "m", "example", "x1", "acme", "zebra", "k9", "opp", "1", "endpoint"}
        assert told <= {json.loads(row[1])["word"] for row in before}
        assert await owner.fetch(UNFORCED) == open_before
    finally:
        await owner.execute(f"reassign owned by {login} to current_user; drop owned by {login}; drop role {login}")
        await owner.close()
