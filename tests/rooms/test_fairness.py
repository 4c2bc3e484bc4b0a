"""The fairness report over a running house: what it counts, what it calls a difference, and who reads it."""

from hashlib import sha256
from html import escape
from typing import Any

import asyncpg
from tests.makers import Api, House, a_partner, a_product, deal_body, ok, refused

from ecosystem_api.kernel.ids import decode

REPORT = "/v1/fairness-report"


def unlike(*parts: object) -> str:
    """A name that resembles no other: who resembles a known customer is looked at by a person first."""
    return sha256(repr(parts).encode()).hexdigest()[:12].translate(str.maketrans("0123456789", "ghijklmnop"))


async def a_program(house: House) -> tuple[Any, Api, Api]:
    """Six small partners that register renewals, which the book excludes, three times in four; six large ones once."""
    vendor, admin = await house.vendor()
    await a_product(admin)
    partner_api = None
    for size, renewals in (("small", 3), ("large", 1)):
        items = []
        for number in range(6):
            partner, partner_api = await a_partner(house, vendor, f"{size} {number}", size_band=size, tier="gold")
            for deal in range(4):
                kind = {"deal_type": "renewal"} if deal < renewals else {}
                customer = f"{unlike(size, number, deal)} SE"
                items.append(deal_body(customer, partner_id=partner["id"], submit=True, **kind))
        done = ok(await admin.post("/v1/deal-registrations/bulk", {"items": items}))
        assert done["created"] == 24
    assert partner_api is not None
    return vendor, admin, partner_api


async def test_a_difference_is_told_and_what_the_mix_of_deals_explains_is_not_called_one(house: House) -> None:
    vendor, admin, partner = await a_program(house)
    analyst = await house.client(vendor, "analyst")
    report = ok(await analyst.get(f"{REPORT}?by=size&adjust_for=amount"))
    assert (report["approval"]["cases"], report["adjust_for"]) == (48, ["amount"])
    groups = {one["group"]: one for one in report["approval"]["groups"]}
    small = groups["small"]
    assert (small["cases"], small["partners"], small["share"]["estimate"]) == (24, 6, 0.25)
    assert (small["verdict"], small["difference"]["estimate"]) == ("differs", -0.5)
    assert small["adjusted_p_value"] <= 0.05
    assert "chance hardly explains it" in small["sentence"]
    # Of the same type of deal nobody is treated otherwise: the small ones ask for what is refused to everybody.
    report = ok(await admin.get(f"{REPORT}?by=size"))
    small = next(one for one in report["approval"]["groups"] if one["group"] == "small")
    assert (small["verdict"], small["is_explained_by_mix"]) == ("no_difference_found", True)
    assert small["adjusted_difference"]["estimate"] == 0
    times = {one["group"]: one for one in report["time_to_decision"]["groups"]}
    assert times["small"]["median_hours"] == {"estimate": 0, "low": 0, "high": 0}
    assert (report["routing"]["offers"], report["routing"]["groups"]) == (0, [])
    tiers = ok(await admin.get(f"{REPORT}?by=tier"))["approval"]["groups"]
    assert [(one["group"], one["verdict"], one["share"]) for one in tiers] == [("gold", "too_few", None)]
    assert refused(await partner.get(REPORT), 403)["permission"] == "fairness:read"
    _, stranger = await house.vendor("Contoso")
    assert ok(await stranger.get(REPORT))["approval"] == {"cases": 0, "groups": []}


async def test_a_partner_counts_with_the_size_it_had_when_it_was_decided(house: House) -> None:
    _, admin, _ = await a_program(house)
    (grown,) = ok(await admin.get("/v1/partners?name=small 0"))["data"]
    ok(await admin.patch(f"/v1/partners/{grown['id']}", {"size_band": "large"}))

    async def small() -> tuple[int, int, int]:
        report = ok(await admin.get(f"{REPORT}?by=size&adjust_for=amount"))
        group = next(one for one in report["approval"]["groups"] if one["group"] == "small")
        return group["cases"], group["partners"], report["sizes_of_today"]

    assert await small() == (24, 6, 0)
    owner = await asyncpg.connect(house.settings.database_url)
    # As a decision stands that was made before sizes were kept.
    await owner.execute("update decisions set partner_size = null where partner_id = $1", decode("par", grown["id"]))
    await owner.close()
    assert await small() == (20, 5, 4)
    (verified, *_) = ok(await admin.get(f"/v1/decisions?partner_id={grown['id']}"))["data"]
    assert ok(await admin.post(f"/v1/decisions/{verified['id']}/verify"))["holds"]


async def test_the_report_is_a_page_with_a_plot_for_each_question(house: House) -> None:
    _, admin, _ = await a_program(house)
    report = ok(await admin.get(f"{REPORT}?adjust_for=amount"))
    page = await admin.get(f"{REPORT}?adjust_for=amount", headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.count("<svg") == 2, "nobody was offered a lead"
    assert "Nothing of the kind happened" in page.text
    for one in (*report["approval"]["groups"], *report["time_to_decision"]["groups"]):
        assert escape(one["sentence"]) in page.text
    assert "small: -50.0 points, between" in page.text
    assert escape(report["caution"]) in page.text


async def test_the_window_is_half_open_and_says_what_is_wrong_with_it(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    draft = ok(await partner.post("/v1/deal-registrations", deal_body()), 201)
    ok(await partner.act(f"/v1/deal-registrations/{draft['id']}/submit"))
    today = house.clock().date().isoformat()
    assert ok(await admin.get(REPORT))["approval"]["cases"] == 1
    assert ok(await admin.get(f"{REPORT}?to={today}"))["approval"]["cases"] == 0
    (group,) = ok(await admin.get(f"{REPORT}?from={today}"))["approval"]["groups"]
    assert (group["group"], group["verdict"]) == ("unknown", "too_few")
    assert "too few to say" in group["sentence"]
    for query, pointer in (
        ("from=2026-05-01&to=2026-05-01", "to"),
        ("from=2020-05-01&to=2026-05-01", "from"),
        ("by=size&adjust_for=size", "adjust_for"),
    ):
        assert refused(await admin.get(f"{REPORT}?{query}"), 422)["errors"][0]["pointer"] == pointer
