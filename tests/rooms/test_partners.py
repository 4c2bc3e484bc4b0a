"""Partners: who they are, how far they have come, what they are to each other."""

import asyncio
from typing import Any

import pytest
from tests.makers import Api, House, ok, refused

from ecosystem_api.kernel.ids import decode
from ecosystem_api.network.partners import service
from ecosystem_api.network.partners.area import AREA
from ecosystem_api.network.partners.domain import PartnerFacts
from ecosystem_api.runtime.caller import system_caller

MAPLE = {
    "display_name": "Maple Secure Inc.",
    "country": "CA",
    "status": "active",
    "domains": ["https://www.maplesecure.example.com/about"],
    "personas": [{"persona": "var"}, {"persona": "msp"}],
    "territories": ["US", "CA"],
    "skills": ["siem"],
    "tier": "gold",
    "certifications": ["EDR-PRO"],
    "aliases": ["MapleSec", "Érable Sécurité Ltée"],
    "external_ids": {"crm": "0015g"},
}


async def make(admin: Api, **fields: Any) -> Any:
    return ok(await admin.post("/v1/partners", {"display_name": "Birch Cloud", "country": "CA", **fields}), 201)


async def names(api: Api, query: str) -> list[str]:
    return [row["display_name"] for row in ok(await api.get(f"/v1/partners?{query}"))["data"]]


async def news(house: House, api: Api, subject: str) -> list[str]:
    await house.drain()
    return [event["type"] for event in ok(await api.get(f"/v1/events?subject_id={subject}"))["data"]]


async def test_a_partner_is_added_with_all_that_is_known_of_it(house: House) -> None:
    _, admin = await house.vendor()
    answer = await admin.post("/v1/partners", MAPLE)
    partner = ok(answer, 201)
    assert answer.headers["location"] == f"/v1/partners/{partner['id']}"
    assert answer.headers["etag"] == '"v1"'
    assert partner["domains"] == ["example.com"]
    assert [held["persona"] for held in partner["personas"]] == ["msp", "var"]
    assert partner["territories"] == ["CA", "US"]
    assert partner["allowed_actions"] == ["suspend", "offboard"]
    assert partner["external_ids"] == {"crm": "0015g"}
    assert partner["aliases"] == MAPLE["aliases"]
    assert partner["parent_id"] is None
    assert ok(await admin.get(f"/v1/partners/{partner['id']}")) == partner
    assert await news(house, admin, partner["id"]) == ["partner.created"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"domains": ["gmail.com"]}, "/domains/0"),
        ({"domains": ["localhost"]}, "/domains/0"),
        ({"display_name": "!!!"}, "/display_name"),
        ({"country": "XX"}, "/country"),
        ({"status": "suspended"}, "/status"),
        ({"personas": [{"persona": "wizard"}]}, "/personas"),
        ({"parent_id": "par_01h455vb4pex5vsknk084sn02q"}, "/parent_id"),
        ({"number": 1}, "/number"),
    ],
)
async def test_what_a_partner_cannot_be_is_refused_with_its_place(
    house: House, fields: dict[str, Any], pointer: str
) -> None:
    _, admin = await house.vendor()
    problem = refused(await admin.post("/v1/partners", {**MAPLE, **fields}), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert ok(await admin.get("/v1/partners"))["data"] == []


async def test_a_partner_is_changed_from_its_present_version(house: House) -> None:
    _, admin = await house.vendor()
    partner = await make(admin, **MAPLE)
    path = f"/v1/partners/{partner['id']}"
    changed = ok(
        await admin.patch(
            path,
            {"display_name": "Red Maple", "aliases": ["Maple Secure"], "external_ids": {"erp": "7", "crm": None}},
            if_match='"v1"',
        )
    )
    assert changed["aliases"] == ["Maple Secure"]
    assert changed["external_ids"] == {"erp": "7"}
    assert changed["version"] == 2
    assert await names(admin, "q=red") == ["Red Maple"]
    refused(await admin.patch(path, {"tier": None}, if_match='"v1"'), 412)
    refused(await admin.patch(path, {"tier": None}, if_match=None), 428)
    refused(await admin.patch(path, {"country": None}), 422)
    refused(await admin.patch(path, {"aliases": None}), 422)
    refused(await admin.patch(path, {"status": "offboarded"}), 422)
    assert ok(await admin.patch(path, {"tier": None}))["tier"] is None
    same = ok(await admin.patch(path, {"tier": None, "aliases": ["Maple Secure"], "external_ids": {"erp": "7"}}))
    assert same["version"] == 3
    assert await news(house, admin, partner["id"]) == ["partner.created", "partner.updated", "partner.updated"]


async def test_one_spelling_and_one_foreign_id_lead_to_one_partner(house: House) -> None:
    _, admin = await house.vendor()
    await make(admin, **MAPLE)
    taken = refused(
        await admin.post("/v1/partners", {"display_name": "B", "country": "CA", "aliases": ["x", "MAPLESEC, Ltd."]}),
        409,
    )
    assert (taken["code"], taken["errors"][0]["pointer"]) == ("partner_alias_taken", "/aliases/1")
    body = {"display_name": "B", "country": "CA", "external_ids": {"crm": "0015g"}}
    assert refused(await admin.post("/v1/partners", body), 409)["code"] == "partner_external_id_taken"
    assert await names(admin, "name=erable%20securite") == ["Maple Secure Inc."]
    assert await names(admin, "name=MAPLE%20SECURE%20LLC") == ["Maple Secure Inc."]
    assert await names(admin, "name=maple") == []
    assert await names(admin, "external_system=crm&external_id=0015g") == ["Maple Secure Inc."]
    assert await names(admin, "external_system=erp&external_id=0015g") == []
    refused(await admin.get("/v1/partners?external_id=0015g"), 422)


async def test_lists_are_filtered_and_sorted(house: House) -> None:
    _, admin = await house.vendor()
    await make(admin, **MAPLE)
    await make(admin, verticals=["retail"], personas=[{"persona": "gsi"}])
    await make(admin, display_name="Ash 100%", country="DE", personas=[{"persona": "msp", "from_on": "2099-01-01"}])
    assert await names(admin, "sort=name") == ["Ash 100%", "Birch Cloud", "Maple Secure Inc."]
    assert await names(admin, "") == ["Ash 100%", "Birch Cloud", "Maple Secure Inc."]
    assert await names(admin, "persona=msp") == ["Maple Secure Inc."]
    assert await names(admin, "country=DE") == ["Ash 100%"]
    assert await names(admin, "tier=gold&status=active") == ["Maple Secure Inc."]
    assert await names(admin, "skill=siem") == ["Maple Secure Inc."]
    assert await names(admin, "vertical=retail") == ["Birch Cloud"]
    assert await names(admin, "q=Mapl") == ["Maple Secure Inc."]
    first = ok(await admin.get("/v1/partners?sort=name&limit=2"))
    assert await names(admin, f"sort=name&limit=2&cursor={first['next_cursor']}") == ["Maple Secure Inc."]
    refused(await admin.get("/v1/partners?sort=tier"), 422)


async def test_a_partner_walks_its_way_and_every_step_is_kept(house: House) -> None:
    _, admin = await house.vendor()
    partner = await make(admin)
    path = f"/v1/partners/{partner['id']}"
    ok(await admin.act(path + "/apply", {"reason": "partner_referral"}))
    ok(await admin.act(path + "/start-onboarding"))
    ok(await admin.act(path + "/activate", {"note": "All tests passed."}))
    ok(await admin.act(path + "/suspend", {"reason": "payment_overdue"}))
    ok(await admin.act(path + "/reinstate"))
    gone = ok(await admin.act(path + "/offboard", {"reason": "other", "note": "Merged with us."}))
    assert (gone["status"], gone["allowed_actions"], gone["version"]) == ("offboarded", [], 7)
    steps = ok(await admin.get(path + "/history?limit=200"))["data"]
    assert [(step["from_status"], step["action"], step["to_status"], step["reason"]) for step in reversed(steps)] == [
        (None, "create", "prospect", None),
        ("prospect", "apply", "applicant", "partner_referral"),
        ("applicant", "start_onboarding", "onboarding", None),
        ("onboarding", "activate", "active", None),
        ("active", "suspend", "suspended", "payment_overdue"),
        ("suspended", "reinstate", "active", None),
        ("active", "offboard", "offboarded", "other"),
    ]
    assert steps[0]["actor"].startswith("client:cli_")
    assert (await news(house, admin, partner["id"]))[1:] == [
        "partner.applied",
        "partner.onboarding_started",
        "partner.activated",
        "partner.suspended",
        "partner.reinstated",
        "partner.offboarded",
    ]


async def test_a_step_is_refused_out_of_turn_from_a_stale_version_or_without_its_reason(house: House) -> None:
    _, admin = await house.vendor()
    path = f"/v1/partners/{(await make(admin, status='active'))['id']}"
    early = refused(await admin.act(path + "/apply", if_match='"v9"'), 409, "illegal_move")
    assert early["allowed_actions"] == ["suspend", "offboard"]
    refused(await admin.act(path + "/suspend", {"reason": "inactivity"}, if_match='"v9"'), 412)
    refused(await admin.post(path + "/suspend", {"reason": "inactivity"}), 428)
    refused(await admin.act(path + "/suspend"), 422)
    refused(await admin.act(path + "/suspend", {"reason": "requirements_met"}), 422)
    refused(await admin.act(path + "/suspend", {"reason": "other"}), 422, "note_required")
    refused(await admin.act(path + "/promote"), 404)
    assert ok(await admin.get(path))["status"] == "active"


async def test_a_persona_is_held_from_its_first_day_until_its_end(house: House) -> None:
    _, admin = await house.vendor()
    partner = await make(admin)
    path = f"/v1/partners/{partner['id']}/personas"
    today = house.clock().date().isoformat()
    with_msp = ok(await admin.post(path, {"persona": "msp"}), 201)
    assert with_msp["personas"] == [{"persona": "msp", "from_on": today, "until_on": None}]
    refused(await admin.post(path, {"persona": "msp", "from_on": "2031-01-01"}), 409, "persona_held_already")
    refused(await admin.post(path, {"persona": "wizard"}), 422, "unknown_persona")
    refused(await admin.post(path + "/msp/end", {"until_on": "2020-01-01"}), 422)
    refused(await admin.post(path + "/var/end"), 404)
    house.clock.move(days=3)
    assert ok(await admin.post(path + "/msp/end"))["personas"] == []
    refused(await admin.post(path + "/msp/end"), 404)
    assert len(ok(await admin.post(path, {"persona": "msp"}), 201)["personas"]) == 1
    spans = ok(await admin.get(path))["data"]
    assert [span["from_on"] for span in spans] == [spans[1]["until_on"], today]
    assert await news(house, admin, partner["id"]) == [
        "partner.created",
        "partner_persona.added",
        "partner_persona.ended",
        "partner_persona.added",
    ]


async def test_a_persona_given_by_mistake_is_taken_back_the_same_day(house: House) -> None:
    _, admin = await house.vendor()
    path = f"/v1/partners/{(await make(admin))['id']}/personas"
    ok(await admin.post(path, {"persona": "gsi"}), 201)
    assert ok(await admin.post(path + "/gsi/end"))["personas"] == []
    assert len(ok(await admin.post(path, {"persona": "gsi"}), 201)["personas"]) == 1


async def test_a_distributor_cannot_end_up_below_itself(house: House) -> None:
    _, admin = await house.vendor()
    a, b, c = [(await make(admin, display_name=name))["id"] for name in ("A", "B", "C")]
    for source, target in ((a, b), (b, c)):
        body = {"kind": "distributes_to", "other_id": target}
        ok(await admin.post(f"/v1/partners/{source}/relationships", body), 201)
    closing = {"kind": "distributes_to", "other_id": a}
    problem = refused(await admin.post(f"/v1/partners/{c}/relationships", closing), 409, "relationship_cycle")
    assert problem["path"] == [c, a, b, c]
    assert ok(await admin.get(f"/v1/partners/{c}"))["distributor_ids"] == [b]
    ok(await admin.post(f"/v1/partners/{c}/relationships", {"kind": "refers_to", "other_id": a}), 201)
    ok(await admin.post(f"/v1/partners/{a}/relationships", {"kind": "refers_to", "other_id": c}), 201)
    refused(await admin.post(f"/v1/partners/{a}/relationships", {"kind": "refers_to", "other_id": a}), 422)
    refused(await admin.post(f"/v1/partners/{a}/relationships", {"kind": "refers_to", "other_id": c}), 409)


async def test_two_relationships_that_close_a_circle_together_cannot_both_be_made(house: House) -> None:
    _, admin = await house.vendor()
    a, b = [(await make(admin, display_name=name))["id"] for name in ("A", "B")]
    answers = await asyncio.gather(
        admin.post(f"/v1/partners/{a}/relationships", {"kind": "parent_of", "other_id": b}),
        admin.post(f"/v1/partners/{b}/relationships", {"kind": "parent_of", "other_id": a}),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_child_has_one_parent_and_a_relationship_can_be_ended(house: House) -> None:
    _, admin = await house.vendor()
    parent = await make(admin, display_name="Parent")
    child = await make(admin, display_name="Child", parent_id=parent["id"], distributor_ids=[parent["id"]])
    assert (child["parent_id"], child["distributor_ids"]) == (parent["id"], [parent["id"]])
    other = await make(admin, display_name="Other")
    body = {"kind": "parent_of", "other_id": child["id"]}
    refused(await admin.post(f"/v1/partners/{other['id']}/relationships", body), 409, "relationship_exists")
    path = f"/v1/partners/{child['id']}/relationships"
    (link,) = ok(await admin.get(path + "?kind=parent_of"))["data"]
    assert (await admin.call("DELETE", f"/v1/partners/{other['id']}/relationships/{link['id']}")).status_code == 404
    assert (await admin.call("DELETE", f"{path}/{link['id']}")).status_code == 204
    after = await admin.get(f"/v1/partners/{child['id']}")
    assert ok(after)["parent_id"] is None
    assert after.headers["etag"] != '"v1"'
    ok(await admin.post(f"/v1/partners/{other['id']}/relationships", body), 201)
    assert await news(house, admin, link["id"]) == ["partner_relationship.added", "partner_relationship.removed"]


async def test_a_partner_sees_itself_and_says_only_what_is_its_own_to_say(house: House) -> None:
    vendor, admin = await house.vendor()
    other = await make(admin)
    mine = await make(admin, **MAPLE, parent_id=other["id"])
    partner = await house.client(vendor, "partner_admin", mine["id"])
    path = f"/v1/partners/{mine['id']}"
    assert ok(await partner.get("/v1/partners"))["data"] == [{**mine, "allowed_actions": []}]
    refused(await partner.get(f"/v1/partners/{other['id']}"), 404)
    refused(await partner.get(f"/v1/partners/{other['id']}/history"), 404)
    refused(await partner.patch(f"/v1/partners/{other['id']}", {"skills": ["siem"]}), 404)
    assert ok(await partner.patch(path, {"skills": ["forensics"], "regions": ["emea"]}))["skills"] == ["forensics"]
    problem = refused(await partner.patch(path, {"tier": "platinum", "skills": []}), 403, "fields_not_permitted")
    assert [error["pointer"] for error in problem["errors"]] == ["/tier"]
    assert ok(await partner.get(path))["tier"] == "gold"
    assert [link["partner_id"] for link in ok(await partner.get(path + "/relationships"))["data"]] == [other["id"]]
    assert [step["actor"] for step in ok(await partner.get(path + "/history"))["data"]] == [None]
    assert await news(house, partner, mine["id"]) == ["partner.created", "partner.updated"]


async def test_only_those_who_may_add_decide_and_change_do(house: House) -> None:
    vendor, admin = await house.vendor()
    mine = await make(admin, status="active")
    path = f"/v1/partners/{mine['id']}"
    analyst = await house.client(vendor, "analyst")
    system = await house.client(vendor, "integration")
    member = await house.client(vendor, "partner_member", mine["id"])
    owner = await house.client(vendor, "partner_admin", mine["id"])
    for caller in (analyst, member, owner):
        assert refused(await caller.post("/v1/partners", MAPLE), 403)["permission"] == "partners:manage"
        refused(await caller.post(path + "/personas", {"persona": "var"}), 403)
    for caller in (analyst, member):
        assert refused(await caller.patch(path, {"skills": []}), 403)["permission"] == "partners:write"
    for caller in (analyst, system, member, owner):
        answer = await caller.act(path + "/suspend", {"reason": "inactivity"})
        assert refused(answer, 403)["permission"] == "partners:decide"
    ok(await system.post("/v1/partners", MAPLE), 201)


async def test_another_vendor_knows_nothing_of_a_partner(house: House) -> None:
    _, admin = await house.vendor()
    partner = await make(admin, **MAPLE)
    _, stranger = await house.vendor("Contoso")
    path = f"/v1/partners/{partner['id']}"
    refused(await stranger.get(path), 404)
    refused(await stranger.patch(path, {"tier": None}), 404)
    refused(await stranger.act(path + "/suspend", {"reason": "inactivity"}), 404)
    refused(await stranger.post(path + "/personas", {"persona": "gsi"}), 404)
    own = await make(stranger, **MAPLE)
    body = {"kind": "refers_to", "other_id": partner["id"]}
    refused(await stranger.post(f"/v1/partners/{own['id']}/relationships", body), 422, "unknown_partner")
    assert await names(stranger, "") == ["Maple Secure Inc."]


async def test_other_rooms_learn_what_rules_may_know(house: House) -> None:
    vendor, admin = await house.vendor()
    maple = decode("par", (await make(admin, **MAPLE))["id"])
    await make(admin, display_name="Twin GmbH")
    await make(admin, display_name="Twin AG")
    async with house.machinery.database.transaction(vendor.id) as tx:
        facts = await service.partner_facts(tx, maple)
        assert facts == PartnerFacts("active", ("msp", "var"), "gold", "CA", ("CA", "US"), ("EDR-PRO",), {})
        by_name = await service.find_by_name(tx, "erable securite")
        by_id = await service.find_by_external_id(tx, "crm", "0015g")
        assert by_name is not None
        assert by_name == by_id
        assert by_name.id == maple
        assert await service.find_by_name(tx, "Twin") is None
        assert await service.find_by_name(tx, "?!") is None
        assert await service.find_by_external_id(tx, "crm", "none") is None


async def test_an_import_creates_then_updates_then_changes_nothing(house: House) -> None:
    vendor, _ = await house.vendor()
    (kind,) = AREA.imports
    line = {
        "external_id": "P-1", "display_name": "Oak Labs", "country": "FI", "status": "active", "tier": "",
        "personas": "msp@2026-01-01;var", "aliases": "Oak; Tammi Oy", "territories": "FI;SE", "domains": "",
    }  # fmt: skip

    async def load(**cells: str) -> str:
        async with house.machinery.database.transaction(vendor.id) as tx:
            outcome, partner_id = await kind.apply(
                tx, system_caller(vendor.id, "test"), kind.row.model_validate({**line, **cells})
            )
            read = await service.get_partner(tx, decode("par", partner_id))
            seen.append(read)
        return outcome

    seen: list[Any] = []
    assert await load() == "created"
    assert await load() == "unchanged"
    assert await load(tier="silver", territories="", aliases="Oak Laboratories", personas="gsi") == "updated"
    assert len({read.id for read in seen}) == 1
    last = seen[-1]
    assert (last.tier, last.territories, last.status) == ("silver", ["FI", "SE"], "active")
    assert last.aliases == ["Oak", "Tammi Oy", "Oak Laboratories"]
    assert [held.persona for held in last.personas] == ["gsi", "msp", "var"]
    assert last.personas[1].from_on.isoformat() == "2026-01-01"


async def test_recruiting_and_activating_are_counted_once(house: House) -> None:
    vendor, admin = await house.vendor()
    path = f"/v1/partners/{(await make(admin, status='onboarding'))['id']}"
    await make(admin, display_name="Second", status="active")
    ok(await admin.act(path + "/activate"))
    ok(await admin.act(path + "/suspend", {"reason": "inactivity"}))
    ok(await admin.act(path + "/reinstate"))
    await house.drain()
    counted = {}
    async with house.machinery.database.transaction(vendor.id) as tx:
        for fact in AREA.facts:
            rows = list(await tx.session.execute(fact.select))
            assert all(row.event_position and row.subject_id.startswith("par_") for row in rows)
            counted[fact.name] = sum(row.value for row in rows)
    assert counted == {"partners_recruited": 2, "partners_activated": 2}
