"""Reads that PostgreSQL writes: the same answers as the schema's, in part, with relations, and with honest tags."""

import json
from uuid import uuid4

import pytest
from tests.asked import asked_of
from tests.makers import House, a_draft, a_partner, a_product, a_submission, deal_body, ok, refused

from ecosystem_api.exchange.feed.schemas import FeedRead
from ecosystem_api.market.accounts.schemas import AccountRead
from ecosystem_api.network.partners.schemas import PartnerRead
from ecosystem_api.selling.deals.answers import DEALS as LISTING
from ecosystem_api.selling.deals.schemas import DealRead

DEALS = "/v1/deal-registrations"


async def test_a_written_answer_is_what_its_schema_would_write(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_product(admin, "Zed-1")
    text = 'Quote " backslash \\ \\u0070ar_01890a5d-ac96-774b-bcce-b302099a8057 — ünïcode\tend'
    partner, seller = await a_partner(house, vendor, 'Maple "Secure"', external_ids={"crm": "\\u0070ar_1"}, tier="gold")
    yen = {"amount": "48000", "currency": "JPY"}
    lines = [{"sku": "Zed-1", "quantity": 3}, {"sku": "EDR-100", "quantity": 1}]
    approved = await a_submission(seller, "Acme", description=text, products=lines)
    drafts = [await a_draft(seller, "Other", amount=yen), await a_draft(seller, "Bare", amount=None, products=[])]
    for api in (admin, seller):
        for deal in (approved, *drafts):
            answer = await api.get(f"{DEALS}/{deal['id']}")
            assert json.loads(DealRead.model_validate_json(answer.content).model_dump_json()) == answer.json()
        listed = ok(await api.get(DEALS))["data"]
        assert listed == [ok(await api.get(f"{DEALS}/{one['id']}")) for one in listed]
        read = await api.get(f"/v1/partners/{partner['id']}")
        assert json.loads(PartnerRead.model_validate_json(read.content).model_dump_json()) == read.json()
        account = await api.get(f"/v1/accounts/{approved['account_id']}")
        assert json.loads(AccountRead.model_validate_json(account.content).model_dump_json()) == account.json()
        await house.drain()
        feed = await api.get("/v1/events?limit=200")
        assert json.loads(FeedRead.model_validate_json(feed.content).model_dump_json()) == feed.json()
        news = feed.json()["data"]
        assert {"deal_registration.approved", "deal_registration.created"} <= {one["type"] for one in news}
        assert [ok(await api.get(f"/v1/events/{one['id']}")) for one in news[-3:]] == news[-3:]
    deal = ok(await seller.get(f"{DEALS}/{approved['id']}"))
    assert deal["description"] == text
    assert deal["products"] == sorted(lines, key=lambda line: str(line["sku"]))
    assert deal == {**approved, "allowed_actions": deal["allowed_actions"]}
    assert ok(await seller.get(f"{DEALS}/{drafts[0]['id']}"))["amount"] == yen
    assert ok(await seller.get(f"{DEALS}/{drafts[1]['id']}"))["missing"] == ["amount", "products"]


async def test_fields_are_chosen_by_name_and_the_id_comes_along(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    partner, seller = await a_partner(house, vendor, "Maple Secure")
    deal = await a_draft(seller)
    assert ok(await seller.get(f"{DEALS}?fields=title,status"))["data"] == [
        {"id": deal["id"], "title": deal["title"], "status": "draft"}
    ]
    assert ok(await seller.get(f"{DEALS}/{deal['id']}?fields=queue")) == {"id": deal["id"], "queue": None}
    for path in (DEALS, f"{DEALS}/{deal['id']}"):
        part, whole = await seller.get(f"{path}?fields=title"), await seller.get(f"{path}?expand=account")
        assert part.headers["content-type"] == "application/vnd.ecosystem.part+json"
        assert whole.headers["content-type"] == "application/json"
    path = f"/v1/partners/{partner['id']}?fields=parent_id,display_name"
    assert ok(await seller.get(path)) == {"id": partner["id"], "display_name": "Maple Secure", "parent_id": None}
    assert ok(await admin.get("/v1/accounts?fields=name"))["data"] == [
        {"id": deal["account_id"], "name": "Acme Industries GmbH"}
    ]
    for path in (DEALS, "/v1/partners", "/v1/accounts", f"{DEALS}/{deal['id']}"):
        fault = refused(await admin.get(f"{path}?fields=id,vendor_id"), 422)["errors"][0]
        assert (fault["pointer"], fault["code"]) == ("fields", "unknown_field")


async def test_relations_are_put_beside_their_ids_as_the_same_caller_reads_them(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, seller = await a_partner(house, vendor, "Maple Secure")
    _, stranger = await a_partner(house, vendor, "Granite IT")
    told = {**deal_body(), "customer": {"name": "Acme", "country": "DE", "region": "dach"}}
    first = ok(await seller.post(DEALS, told), 201)
    second = ok(await stranger.post(DEALS, told), 201)
    for api, deal in ((admin, first), (seller, first), (stranger, second)):
        listed = ok(await api.get(f"{DEALS}?expand=account,partner"))["data"]
        (found,) = [one for one in listed if one["id"] == deal["id"]]
        assert found["account"] == ok(await api.get(f"/v1/accounts/{deal['account_id']}"))
        assert found["partner"] == ok(await api.get(f"/v1/partners/{deal['partner_id']}"))
        assert found == ok(await api.get(f"{DEALS}/{deal['id']}?expand=partner,account"))
    narrow = await house.client(vendor, "analyst", scopes=["deals:read"])
    assert refused(await narrow.get(f"{DEALS}?expand=partner"), 403)["permission"] == "partners:read"
    assert refused(await admin.get(f"{DEALS}?expand=vendor"), 422)["errors"][0]["code"] == "unknown_expand"


async def test_an_integer_may_be_written_with_a_fraction_of_nothing(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, seller = await a_partner(house, vendor, "Maple Secure")
    deal = await a_draft(seller, products=[{"sku": "EDR-100", "quantity": 2.0}])
    assert deal["products"] == [{"sku": "EDR-100", "quantity": 2}]


async def test_a_tag_holds_while_the_answer_does(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, seller = await a_partner(house, vendor, "Maple Secure")
    deal = await a_draft(seller)
    await a_draft(seller, "Another customer")
    for path in (
        DEALS,
        f"{DEALS}?limit=1",
        f"{DEALS}?fields=title",
        f"{DEALS}/{deal['id']}",
        f"{DEALS}/{deal['id']}?expand=account",
        "/v1/partners",
        "/v1/accounts",
    ):
        answer = await seller.get(path)
        again = await seller.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
    tags = {path: (await seller.get(path)).headers["etag"] for path in (DEALS, f"{DEALS}/{deal['id']}?fields=title")}
    ok(
        await seller.patch(
            f"{DEALS}/{deal['id']}", {"title": "Another"}, if_match=tags[f"{DEALS}/{deal['id']}?fields=title"]
        )
    )
    for path, tag in tags.items():
        assert (await seller.get(path, headers={"If-None-Match": tag})).status_code == 200


@pytest.mark.parametrize("status", ["", "&status=approved"])
@pytest.mark.parametrize("sort", sorted(LISTING.orders))
async def test_every_order_of_registrations_walks_an_index(house: House, sort: str, status: str) -> None:
    _, admin = await house.vendor()
    async with asked_of(house.machinery.database.connections) as asked:
        ok(await admin.get(f"{DEALS}?sort={sort}{status}"))
    (page,) = [one for one in asked if "AS answer_" in one.query]
    async with house.machinery.database.transaction(uuid4()) as tx:
        for dear in ("sort", "seqscan", "bitmapscan"):  # the plan of a large table, which this is not
            await tx.driver.execute(f"set local enable_{dear} = off")
        (plan,) = await tx.driver.fetchval(f"explain (format json) {page.query}", *page.args)
    node, walked = plan["Plan"], []
    while node is not None:
        walked.append(node["Node Type"])
        outer = (one for one in node.get("Plans", ()) if one["Parent Relationship"] == "Outer")
        node = next(outer, None)
    assert walked[0] == "Limit"
    assert walked[-1].startswith("Index"), walked
    assert not {"Sort", "Incremental Sort"} & set(walked), walked
