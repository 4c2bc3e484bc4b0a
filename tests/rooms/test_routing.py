"""Routing policies: drafted, published, read by partners, never changed afterwards."""

from tests.makers import House, a_partner, ok, refused

POLICIES = "/v1/routing-policies"


async def test_a_vendor_begins_with_a_published_policy_that_partners_read(house: House) -> None:
    vendor, _ = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    policy = ok(await partner.get("/v1/routing-policy"))
    assert (policy["number"], policy["status"], policy["is_in_force"]) == (1, "published", True)
    assert sum(policy["weights"].values()) == 100
    assert (policy["floor"]["share_percent"], policy["disclose"]) == (20, ["company_size", "need", "title"])
    assert refused(await partner.get(POLICIES), 403)["permission"] == "routing-policies:read"


async def test_a_draft_is_changed_published_and_stays_as_it_is(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    answer = await admin.post(POLICIES, {"name": "Nearest first", "weights": {"geography": 80}})
    draft = ok(answer, 201)
    path = answer.headers["location"]
    assert (draft["status"], draft["number"], draft["allowed_actions"]) == ("draft", None, ["update", "publish"])
    before = ok(await partner.get("/v1/routing-policy"))
    refused(await admin.patch(path, {"capacity": 4}, if_match='"v9"'), 412)
    changed = ok(await admin.patch(path, {"capacity": 4, "disclose": ["customer"]}))
    assert (changed["capacity"], changed["version"]) == (4, 2)
    assert changed["content_hash"] != draft["content_hash"]
    manager = await house.client(vendor, "manager")
    assert refused(await manager.act(path + "/publish"), 403)["permission"] == "routing-policies:publish"
    refused(await admin.post(path + "/publish"), 428)
    house.clock.move(days=1)
    published = ok(await admin.act(path + "/publish"))
    assert (published["number"], published["is_in_force"]) == (2, True)
    assert published["content_hash"] == changed["content_hash"]
    refused(await admin.patch(path, {"capacity": 5}), 409, "routing_policy_not_editable")
    refused(await admin.act(path + "/publish"), 409, "routing_policy_not_editable")
    assert ok(await partner.get("/v1/routing-policy"))["number"] == 2
    then = before["created_at"]
    assert ok(await partner.get(f"/v1/routing-policy?as_of={then}"))["content_hash"] == before["content_hash"]
    assert [one["number"] for one in ok(await admin.get(f"{POLICIES}?status=retired"))["data"]] == [1]
    assert [one["number"] for one in ok(await admin.get(f"{POLICIES}?status=published"))["data"]] == [2]
    await house.drain()
    news = ok(await partner.get("/v1/events?type=routing_policy.published"))["data"]
    assert [one["data"]["number"] for one in news] == [1, 2]


async def test_terms_that_could_not_rank_are_refused(house: House) -> None:
    _, admin = await house.vendor()
    nothing = dict.fromkeys(("geography", "vertical", "skills", "certifications", "performance", "capacity"), 0)
    refused(await admin.post(POLICIES, {"weights": nothing}), 422)
    refused(await admin.post(POLICIES, {"weights": {"geography": "30"}}), 422)
    refused(await admin.post(POLICIES, {"disclose": ["contact"]}), 422)
    refused(await admin.post(POLICIES, {"capacity": 0}), 422)
    draft = ok(await admin.post(POLICIES, {}), 201)
    refused(await admin.patch(f"{POLICIES}/{draft['id']}", {"weights": nothing}), 422)
    _, stranger = await house.vendor("Contoso")
    refused(await stranger.get(f"{POLICIES}/{draft['id']}"), 404)
