"""Trusted issuers: whose word lets whom in, as what, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.makers import Api, House, a_partner, ok, refused
from tests.provider import Provider, a_provider, new_key

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with a_provider() as found:
        yield found


def trust_in(idp: Provider, **fields: Any) -> dict[str, Any]:
    """A trust that brings analysts of vendor.example."""
    return {
        "name": "Directory", "issuer": idp.issuer, "audiences": ["partner-portal"], "algorithm": "ES256",
        "provisions_members": True, "email_domains": ["vendor.example"], "default_role": "analyst", **fields,
    }  # fmt: skip


async def trusted(admin: Api, idp: Provider, **fields: Any) -> Any:
    return ok(await admin.post("/v1/issuers", trust_in(idp, **fields)), 201)


async def exchange(house: House, issuer: Any, token: str, **fields: str) -> Any:
    form = {
        "grant_type": EXCHANGE, "client_id": issuer["client_id"], "subject_token": token,
        "subject_token_type": ID_TOKEN, **fields,
    }  # fmt: skip
    return await house.http.post("/oauth/token", data=form)


async def person(house: House, issuer: Any, token: str, **fields: str) -> Api:
    """A way in as whoever the token names."""
    return Api(house.http, token=ok(await exchange(house, issuer, token, **fields))["access_token"])


async def test_a_person_signs_in_and_acts_under_their_own_name(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp, rules=[{"value": "managers", "role": "manager"}], claims={"roles": "groups"})
    answer = await exchange(house, issuer, idp.token(house.clock(), groups=["all", "managers"]))
    bought = ok(answer)
    assert bought["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    assert answer.headers["cache-control"] == "no-store"
    sam = Api(house.http, token=bought["access_token"])
    me = ok(await sam.get("/v1/me"))
    assert (me["actor_type"], me["role"], me["partner_id"]) == ("member", "manager", None)
    assert set(bought["scope"].split()) == set(me["permissions"])
    made = ok(await sam.post("/v1/partners", {"display_name": "New", "country": "DE"}), 201)
    await house.drain()
    news = ok(await admin.get("/v1/events?limit=200"))["data"]
    actors = {one["type"]: one["actor"] for one in news if one["subject_id"] in (made["id"], me["actor_id"])}
    assert actors["partner.created"] == {"type": "member", "id": me["actor_id"]}
    assert actors["member.added"] == {"type": "issuer", "id": issuer["id"]}
    member = ok(await admin.get(f"/v1/members/{me['actor_id']}"))
    assert (member["email"], member["display_name"]) == ("sam@vendor.example", "Sam Rivera")
    assert (member["role_from"], member["issuer_id"], member["subject"]) == ("issuer", issuer["id"], "user-1")
    assert member["last_seen_at"]
    again = await person(house, issuer, idp.token(house.clock(), groups=["managers"]))
    assert ok(await again.get("/v1/me"))["actor_id"] == me["actor_id"]
    assert idp.fetched == 1


async def test_a_provider_with_one_key_names_it_neither_where_it_publishes_it_nor_where_it_signs(
    house: House, idp: Provider
) -> None:
    _, admin = await house.vendor()
    idp.names_keys, idp.keys["rsa"] = False, new_key("RS256")
    issuer = await trusted(admin, idp, default_role="analyst")

    async def come() -> Any:
        return await exchange(house, issuer, idp.token(house.clock(), header={"kid": None}))

    assert ok(await (await person(house, issuer, idp.token(house.clock(), header={"kid": None}))).get("/v1/me"))
    idp.keys = {"key-2": new_key()}
    problem = refused(await come(), 400)
    assert (problem["reason"], "known within a minute" in problem["detail"]) == ("bad_signature", True)
    house.clock.move(seconds=61)
    ok(await come())
    idp.keys["key-3"] = new_key()
    house.clock.move(seconds=61)
    problem = refused(await come(), 400)
    assert (problem["reason"], "more than one of the known keys fits" in problem["detail"]) == ("unknown_key", True)


async def test_who_was_added_beforehand_keeps_the_role_they_were_given(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp, provisions_members=False, email_domains=[], default_role=None)
    refusal = refused(await exchange(house, issuer, idp.token(house.clock())), 400, "person_not_admitted")
    assert (refusal["reason"], refusal["error"]) == ("not_provisioned", "invalid_request")
    body = {"email": "sam@vendor.example", "display_name": "Sam", "role": "admin"}
    member = ok(await admin.post("/v1/members", body), 201)
    sam = await person(house, issuer, idp.token(house.clock(), email="SAM@Vendor.Example"))
    me = ok(await sam.get("/v1/me"))
    assert (me["actor_id"], me["role"]) == (member["id"], "admin")
    # From now on the subject is known, and the address may change or vanish.
    later = await person(house, issuer, idp.token(house.clock(), email=..., email_verified=...))
    assert ok(await later.get("/v1/me"))["actor_id"] == member["id"]
    assert ok(await admin.post(f"/v1/members/{member['id']}/unlink"))["issuer_id"] is None
    refused(await later.get("/v1/me"), 401)
    refused(await admin.post(f"/v1/members/{member['id']}/unlink"), 409, "illegal_move")


async def test_a_partners_people_come_to_their_partner_and_see_no_other(house: House, idp: Provider) -> None:
    vendor, admin = await house.vendor()
    alpha, _ = await a_partner(house, vendor, "Alpha")
    bravo, _ = await a_partner(house, vendor, "Bravo")
    rules = [{"value": "alpha-admins", "role": "partner_admin", "partner_id": alpha["id"]},
             {"value": "partners", "role": "partner_member"}]  # fmt: skip
    claims = {"roles": "/realm_access/roles", "partner": "https://vendor.example/partner"}
    issuer = await trusted(admin, idp, rules=rules, claims=claims, email_domains=["alpha.example", "bravo.example"])
    now = house.clock()
    token = idp.token(now, email="a@alpha.example", realm_access={"roles": ["partners", "alpha-admins"]})
    first = await person(house, issuer, token)
    assert ok(await first.get("/v1/me"))["partner_id"] == alpha["id"]
    refused(await first.get(f"/v1/partners/{bravo['id']}"), 404)
    said = {"sub": "user-2", "email": "b@bravo.example", "realm_access": {"roles": ["partners"]}}
    second = await person(house, issuer, idp.token(now, **said, **{"https://vendor.example/partner": bravo["id"]}))
    me = ok(await second.get("/v1/me"))
    assert (me["partner_id"], me["role"]) == (bravo["id"], "partner_member")
    for claim in (..., "par_01h455vb4pex5vsknk084sn02q", "bravo", ["x"], alpha["id"].upper()):
        odd = idp.token(now, **{**said, "sub": "user-3", "email": "c@bravo.example"},
                        **{"https://vendor.example/partner": claim})  # fmt: skip
        assert refused(await exchange(house, issuer, odd), 400)["reason"] == "partner_unknown"
    moved = await person(house, issuer, idp.token(now, **said, **{"https://vendor.example/partner": alpha["id"]}))
    assert ok(await moved.get("/v1/me"))["partner_id"] == alpha["id"]
    refused(await second.get("/v1/me"), 401)  # the token that speaks for the former partner ended


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"email": ...}, "email_missing"),
        ({"email": ["sam@vendor.example"]}, "email_missing"),
        ({"email_verified": ...}, "email_unverified"),
        ({"email_verified": False}, "email_unverified"),
        ({"email_verified": "true"}, "email_unverified"),
        ({"email_verified": 1}, "email_unverified"),
        ({"email": "sam@evil.example"}, "email_domain"),
        ({"email": "sam@sub.vendor.example"}, "email_domain"),
        ({"email": "sam@vendor.example.evil.example"}, "email_domain"),
        ({"email": "sam@notvendor.example"}, "email_domain"),
        ({"email": "sam@vendor.example@evil.example"}, "email_missing"),
        ({"email": '"sam@evil.example "@vendor.example'}, "email_missing"),
        ({"email": "sam@vendor.example."}, "email_missing"),
        ({"email": "sam@vendor.example\n@evil.example"}, "email_missing"),
        ({"email": "sam@vеndor.example"}, "email_domain"),  # a Cyrillic letter
        ({"email": "sam@ｖendor.example"}, "email_missing"),  # a wide letter, which mapping would make ours
        ({"email": "ſam@vendor.example"}, "email_missing"),  # a long s, which upper case would make an S
        ({"email": "sam@vendor。example"}, "email_missing"),
        ({"email": "@vendor.example"}, "email_missing"),
    ],
)  # fmt: skip
async def test_an_address_that_is_not_clearly_theirs_brings_nobody_in(
    house: House, idp: Provider, said: dict[str, Any], reason: str
) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp)
    assert refused(await exchange(house, issuer, idp.token(house.clock(), **said)), 400)["reason"] == reason
    assert ok(await admin.get("/v1/members"))["data"] == []


async def test_a_provider_may_be_trusted_about_addresses_it_says_nothing_about(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp, trusts_emails=True, email_domains=["bücher.example"])
    assert issuer["email_domains"] == ["xn--bcher-kva.example"]
    now = house.clock()
    false = idp.token(now, email="a@bücher.example", email_verified=False)
    assert refused(await exchange(house, issuer, false), 400)["reason"] == "email_unverified"
    silent = idp.token(now, email="a@bücher.example", email_verified=...)
    who = ok(await (await person(house, issuer, silent)).get("/v1/me"))
    assert ok(await admin.get(f"/v1/members/{who['actor_id']}"))["email"] == "a@xn--bcher-kva.example"


async def test_an_address_takes_nobody_over(house: House, idp: Provider) -> None:
    vendor, admin = await house.vendor()
    partner, partner_api = await a_partner(house, vendor, "Alpha")
    boss = ok(
        await admin.post("/v1/members", {"email": "boss@vendor.example", "display_name": "B", "role": "admin"}), 201
    )
    now = house.clock()
    # A partner's own provider says that the vendor's admin is one of its users.
    async with a_provider() as theirs:
        own = await trusted(partner_api, theirs, email_domains=["vendor.example"], default_role="partner_member")
        assert own["partner_id"] == partner["id"]
        claim = theirs.token(now, email="boss@vendor.example")
        assert refused(await exchange(house, own, claim), 400)["reason"] == "identity_taken"
        issuer = await trusted(admin, idp)
        real = await person(house, issuer, idp.token(now, sub="boss", email="boss@vendor.example"))
        assert ok(await real.get("/v1/me"))["actor_id"] == boss["id"]
        # Bound already: another subject with the same address, and the same subject at another issuer, are others.
        other = idp.token(now, sub="impostor", email="boss@vendor.example")
        assert refused(await exchange(house, issuer, other), 400)["reason"] == "identity_taken"
        same = await person(house, own, theirs.token(now, sub="boss", email="new@vendor.example"))
        me = ok(await same.get("/v1/me"))
        assert me["actor_id"] != boss["id"]
        assert (me["role"], me["partner_id"]) == ("partner_member", partner["id"])


async def test_no_more_members_come_than_were_allowed(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp, most_members=2)
    now = house.clock()

    def token(number: int) -> str:
        return idp.token(now, sub=f"user-{number}", email=f"u{number}@vendor.example")

    await person(house, issuer, token(1))
    await person(house, issuer, token(2))
    assert refused(await exchange(house, issuer, token(3)), 400)["reason"] == "member_limit"
    await person(house, issuer, token(1))
    member = ok(await admin.get("/v1/members"))["data"][0]
    ok(await admin.post(f"/v1/members/{member['id']}/deactivate"))
    assert refused(await exchange(house, issuer, token(3)), 400)["reason"] == "member_limit"


async def test_nobody_without_a_role_comes_in_and_a_role_that_is_taken_away_ends(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    rules = [{"value": "managers", "role": "manager"}]
    issuer = await trusted(admin, idp, default_role=None, rules=rules, claims={"roles": "groups"})
    now = house.clock()
    assert refused(await exchange(house, issuer, idp.token(now)), 400)["reason"] == "no_role"
    await person(house, issuer, idp.token(now, groups="managers"))
    for groups in ([], "managers ", ["Managers"], {"managers": True}, ...):
        assert refused(await exchange(house, issuer, idp.token(now, groups=groups)), 400)["reason"] == "no_role"
    member = ok(await admin.get("/v1/members"))["data"][0]
    ok(await admin.patch(f"/v1/members/{member['id']}", {"role": "analyst"}))
    kept = await person(house, issuer, idp.token(now))
    assert ok(await kept.get("/v1/me"))["role"] == "analyst"


async def test_every_way_to_end_it_holds_from_the_next_request_on(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp, rules=[{"value": "x", "role": "manager"}], claims={"roles": "groups"})
    path, now = f"/v1/issuers/{issuer['id']}", house.clock()
    token = idp.token(now, groups=["x"])
    sam = await person(house, issuer, token)
    member = ok(await sam.get("/v1/me"))["actor_id"]
    # A rule is taken away.
    ok(await admin.patch(path, {"rules": []}))
    assert refused(await sam.get("/v1/me"), 401)["reason"] == "revoked"
    sam = await person(house, issuer, token)
    assert ok(await sam.get("/v1/me"))["role"] == "analyst"
    # A new name changes nothing for anybody.
    ok(await admin.patch(path, {"name": "Renamed"}))
    ok(await sam.get("/v1/me"))
    # The person is deactivated.
    ok(await admin.post(f"/v1/members/{member}/deactivate"))
    assert refused(await sam.get("/v1/me"), 401)["reason"] == "revoked"
    assert refused(await exchange(house, issuer, token), 400)["reason"] == "deactivated"
    ok(await admin.post(f"/v1/members/{member}/reactivate"))
    refused(await sam.get("/v1/me"), 401)
    sam = await person(house, issuer, token)
    # The issuer is trusted no more.
    ended = ok(await admin.post(path + "/deactivate"))
    assert ended["status"] == "deactivated"
    refused(await admin.post(path + "/deactivate"), 409, "illegal_move")
    refused(await sam.get("/v1/me"), 401)
    assert refused(await exchange(house, issuer, token), 401, "issuer_unknown")["error"] == "invalid_client"
    ok(await admin.post(path + "/reactivate"))
    refused(await sam.get("/v1/me"), 401)
    ok(await (await person(house, issuer, token)).get("/v1/me"))


async def test_an_offboarded_partners_providers_let_nobody_in(house: House, idp: Provider) -> None:
    vendor, admin = await house.vendor()
    partner, api = await a_partner(house, vendor, "Leaver")
    issuer = await trusted(api, idp, default_role="partner_member")
    sam = await person(house, issuer, idp.token(house.clock()))
    ok(await admin.act(f"/v1/partners/{partner['id']}/offboard", {"reason": "contract_ended"}))
    await house.drain()
    refused(await sam.get("/v1/me"), 401)
    refused(await exchange(house, issuer, idp.token(house.clock())), 401, "issuer_unknown")


async def test_a_mapping_that_could_place_nobody_is_refused_where_it_is_wrong(house: House, idp: Provider) -> None:
    vendor, admin = await house.vendor()
    alpha, alpha_api = await a_partner(house, vendor, "Alpha")
    bravo, _ = await a_partner(house, vendor, "Bravo")
    roles = {"roles": "groups"}

    async def faults(api: Api, **fields: Any) -> list[str]:
        answer = await api.post("/v1/issuers", trust_in(idp, **fields))
        return [error["pointer"] for error in refused(answer, 422)["errors"]]

    rule = {"value": "x", "role": "partner_member"}
    assert await faults(admin, rules=[rule], claims=roles) == ["/rules/0/partner_id"]
    assert await faults(admin, rules=[{**rule, "role": "manager"}]) == ["/claims/roles"]
    staff_of = {**rule, "role": "manager", "partner_id": alpha["id"]}
    assert await faults(admin, rules=[staff_of], claims=roles) == ["/rules/0/partner_id"]
    nobody = {**rule, "partner_id": "par_01h455vb4pex5vsknk084sn02q"}
    assert await faults(admin, rules=[nobody], claims=roles) == ["/rules/0/partner_id"]
    assert await faults(admin, default_role="partner_member") == ["/default_role"]
    assert await faults(admin, default_role="admin") == ["/default_role"]
    assert await faults(admin, email_domains=[]) == ["/email_domains"]
    assert await faults(admin, email_domains=["gmail.com"]) == ["/email_domains/0"]
    assert await faults(admin, email_domains=["*.vendor.example"]) == ["/email_domains/0"]
    assert await faults(admin, audiences=[]) == ["/audiences"]
    assert await faults(admin, algorithm="HS256") == ["/algorithm"]
    assert await faults(admin, issuer="https://idp.example?x=1") == ["/issuer"]
    own = {"default_role": "partner_member", "claims": roles}
    assert await faults(alpha_api, **{**own, "default_role": "analyst"}) == ["/default_role"]
    assert await faults(alpha_api, **own, rules=[{**rule, "role": "admin"}]) == ["/rules/0/role"]
    assert await faults(alpha_api, **own, rules=[{**rule, "partner_id": bravo["id"]}]) == ["/rules/0/partner_id"]
    issuer = ok(await alpha_api.post("/v1/issuers", trust_in(idp, **own, rules=[rule])), 201)
    assert issuer["rules"][0]["partner_id"] == alpha["id"]
    assert ok(await alpha_api.patch(f"/v1/issuers/{issuer['id']}", {"rules": [rule]}))["version"] == 1
    refused(await alpha_api.patch(f"/v1/issuers/{issuer['id']}", {"rules": None}), 422)
    changed = ok(await admin.patch(f"/v1/issuers/{issuer['id']}", {"claims": {"roles": "roles"}}))
    assert (changed["claims"]["subject"], changed["claims"]["roles"], changed["version"]) == ("sub", "roles", 2)
    refused(await alpha_api.patch(f"/v1/issuers/{issuer['id']}", {"name": "x"}, if_match='"v9"'), 412)


@pytest.mark.parametrize(
    "url",
    ["http://idp.example.com", "https://10.0.0.1", "https://localhost.", "https://169.254.169.254/latest",
     "https://a@idp.example.com", "ftp://idp.example.com", "https://idp.example.com:22", "https://intranet/"],
)  # fmt: skip
async def test_an_internal_address_is_no_issuer(house: House, url: str, idp: Provider) -> None:
    _, admin = await house.vendor()
    refusal = refused(await admin.post("/v1/issuers", trust_in(idp, issuer=url)), 422, "issuer_address_refused")
    assert refusal["errors"][0]["pointer"] == "/issuer"


async def test_trust_is_not_given_beyond_ones_own_reach(house: House, idp: Provider) -> None:
    vendor, admin = await house.vendor()
    alpha, alpha_api = await a_partner(house, vendor, "Alpha")
    bravo, bravo_api = await a_partner(house, vendor, "Bravo")
    narrow = await house.client(vendor, "admin", scopes=["issuers:read", "issuers:write"])
    body = trust_in(idp)
    refusal = refused(await narrow.post("/v1/issuers", body), 403, "issuer_beyond_reach")
    assert "clients:write" in refusal["permissions"]
    issuer = await trusted(admin, idp)
    path = f"/v1/issuers/{issuer['id']}"
    refused(await narrow.patch(path, {"audiences": ["mine"]}), 403, "issuer_beyond_reach")
    ok(await narrow.post(path + "/deactivate"))
    refused(await narrow.post(path + "/reactivate"), 403, "issuer_beyond_reach")
    refused(await alpha_api.get(path), 404)
    foreign = trust_in(idp, partner_id=bravo["id"], default_role="partner_member")
    refused(await alpha_api.post("/v1/issuers", foreign), 403, "issuer_beyond_reach")
    theirs = ok(await alpha_api.post("/v1/issuers", trust_in(idp, default_role="partner_member")), 201)
    refused(await bravo_api.get(f"/v1/issuers/{theirs['id']}"), 404)
    assert [one["id"] for one in ok(await alpha_api.get("/v1/issuers"))["data"]] == [theirs["id"]]
    listed = ok(await admin.get(f"/v1/issuers?partner_id={alpha['id']}"))["data"]
    assert [one["id"] for one in listed] == [theirs["id"]]
    refused(await (await house.client(vendor, "manager")).get("/v1/issuers"), 403)


async def test_a_check_tells_what_the_provider_answers_now(house: House, idp: Provider) -> None:
    _, admin = await house.vendor()
    issuer = await trusted(admin, idp)
    path = f"/v1/issuers/{issuer['id']}/check"
    found = ok(await admin.post(path))
    assert found == {
        "is_usable": True,
        "detail": "The issuer publishes 1 key for ES256.",
        "keys": [{"kid": "key-1", "algorithm": "ES256"}],
    }
    ok(await admin.patch(f"/v1/issuers/{issuer['id']}", {"algorithm": "RS256"}))
    assert ok(await admin.post(path))["is_usable"] is False
    idp.document = {"issuer": "https://other.example"}
    assert "names another issuer" in ok(await admin.post(path))["detail"]
    idp.is_down = True
    assert "did not answer" in ok(await admin.post(path))["detail"]
    token = idp.token(house.clock())
    await trusted(admin, idp)
    unknown = await exchange(house, issuer, token)
    assert refused(unknown, 503, "issuer_unavailable")["error"] == "temporarily_unavailable"
    assert unknown.headers["retry-after"] == "10"


async def test_two_first_sign_ins_at_once_make_one_member(house: House, idp: Provider) -> None:

    _, admin = await house.vendor()
    issuer = await trusted(admin, idp)
    token = idp.token(house.clock())
    answers = await asyncio.gather(*(exchange(house, issuer, token) for _ in range(6)))
    assert [one.status_code for one in answers] == [200] * 6
    assert len(ok(await admin.get("/v1/members"))["data"]) == 1
