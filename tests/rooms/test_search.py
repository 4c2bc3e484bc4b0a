"""Lists searched by words: what is found, by whom, until when, and by which way PostgreSQL finds it."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic import command
from tests.makers import Api, House, a_partner, ok, refused

from ecosystem_api.runtime.bootstrap import alembic_config
from ecosystem_api.runtime.settings import APP_ROLE

PARTNERS = "/v1/partners"
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
    ok(await admin.act(f"{PARTNERS}/{old['id']}/merge", {"into_id": new["id"]}))
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


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("a", "string_too_short"),
        ("a" * 101, "string_too_long"),
        ("--", "no_word"),
        ("a b c d e f g h i", "too_many_words"),
    ],
)
async def test_words_that_cannot_be_looked_for_are_refused(house: House, words: str, code: str) -> None:
    _, admin = await house.vendor()
    fault = refused(await admin.get(PARTNERS, params={"q": words}), 422)["errors"][0]
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
        select $1, word, id from made, unnest(array[md5(name_key), 'common']) word""",
}


@pytest.mark.parametrize(("path", "table"), [(PARTNERS, "partner_words")])
async def test_a_search_walks_an_index_under_the_policies(
    house: House, monkeypatch: pytest.MonkeyPatch, path: str, table: str
) -> None:
    """Asked as the application's own login, with the very statement of the list."""
    vendor, admin = await house.vendor()
    owner = await asyncpg.connect(house.settings.database_url)
    app = await asyncpg.connect(house.settings.url_for(APP_ROLE))
    try:
        await owner.execute(PLANTED[table].replace("$1", f"'{vendor.id}'::uuid"))
        await owner.execute("analyze")
        asked: list[tuple[str, tuple[Any, ...]]] = []
        plain = asyncpg.Connection.fetch

        async def fetch(self: Any, query: str, *values: Any, **options: Any) -> Any:
            asked.append((query, values))
            return await plain(self, query, *values, **options)

        monkeypatch.setattr(asyncpg.Connection, "fetch", fetch)
        ok(await admin.get(path, params={"q": "common abc"}))
        (statement, values), *_ = [one for one in asked if table in one[0]]
        async with app.transaction():
            await app.execute(f"set local app.vendor = '{vendor.id}'")
            plan = "\n".join(row[0] for row in await plain(app, "explain " + statement, *values))
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
    vendor, _ = await house.vendor()
    await a_partner(
        house,
        vendor,
        "Mäple GmbH",
        legal_name="Ahorn",
        aliases=["Oak"],
        domains=["m.example"],
        external_ids={"crm": "x1"},
    )
    url = urlsplit(house.settings.database_url)
    login = f"words_{url.path[1:]}"
    owner = await asyncpg.connect(house.settings.database_url)
    everything = "select * from partner_words order by word, partner_id"
    try:
        before, open_before = await owner.fetch(everything), await owner.fetch(UNFORCED)
        await owner.execute(f"create role {login} login password 'words'; grant create on schema public to {login}")
        for row in await owner.fetch("select tablename from pg_tables where schemaname = 'public'"):
            await owner.execute(f"alter table {row['tablename']} owner to {login}")
        await house.machinery.database.close()
        config = alembic_config(url._replace(netloc=f"{login}:words@{url.netloc.rsplit('@', 1)[-1]}").geturl())
        await asyncio.to_thread(command.downgrade, config, FIRST_STEP)
        await asyncio.to_thread(command.upgrade, config, "head")
        assert await owner.fetch(everything) == before
        assert {row["word"] for row in before} >= {"maple", "gmbh", "ahorn", "oak", "m", "example", "x1"}
        assert await owner.fetch(UNFORCED) == open_before
    finally:
        await owner.execute(f"reassign owned by {login} to current_user; drop owned by {login}; drop role {login}")
        await owner.close()
