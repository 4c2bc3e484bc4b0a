"""Every action from every status in which it is illegal: 409, and what is allowed instead."""

from typing import Any

from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.network.partners.domain import LIFECYCLE as PARTNER_LIFE
from ecosystem_api.selling.deals.domain import LIFECYCLE, OPEN_STATUSES

DEALS, PARTNERS = "/v1/deal-registrations", "/v1/partners"
_DEAL_BODIES: dict[str, Any] = {
    "submit": None,
    "withdraw": None,
    "release": None,
    "close-won": {},
    "close-lost": {"reason": "price"},
    "move-stage": {"stage": "qualified"},
    "approve": {"reason": "meets_policy"},
    "reject": {"reason": "other", "remedy": "Ask again."},
    "return": {"reason": "other", "remedy": "Say more."},
    "revoke": {"reason": "other", "remedy": "Ask again."},
    "extend": {"days": 30, "reason": "other", "evidence": [{"kind": "email", "statement": "A word."}]},
    "override": {"evidence": [{"kind": "customer_statement", "statement": "A word."}], "remedy": "Ask again."},
}
# The rules and rulings take these; no caller asks for them. And no registration rests where they begin.
_BY_RULES = {"review", "queue", "promote", "expire", "lapse", "supersede", "restore", "requeue", "displace", "revive"}
_NEVER_AT_REST = {"submitted"}
_PARTNER_BODIES: dict[str, Any] = {"suspend": {"reason": "inactivity"}, "offboard": {"reason": "contract_ended"}}


async def one_of_each_status(house: House, vendor: Any, admin: Api) -> dict[str, tuple[Api, Any]]:
    """A registration in every status in which one can rest."""
    _, api = await a_partner(house, vendor, "One")
    _, rival = await a_partner(house, vendor, "Two")
    _, abroad = await a_partner(house, vendor, "Abroad", territories=["FR"])
    found: dict[str, tuple[Api, Any]] = {}
    expiring = await a_submission(api, "Expired SE")
    house.clock.move(days=91)
    await house.drain()
    found["expired"] = (api, expiring)
    found["draft"] = (api, await a_draft(api, "Draft SE"))
    found["in_review"] = (abroad, await a_submission(abroad, "Review SE"))
    found["action_required"] = (api, await a_submission(api, "Return SE", expected_close_on=None))
    found["approved"] = (api, await a_submission(api, "Held SE"))
    found["waiting"] = (rival, await a_submission(rival, "Held SE"))
    rejected = await a_submission(abroad, "Reject SE")
    ok(await admin.act(f"{DEALS}/{rejected['id']}/reject", _DEAL_BODIES["reject"]))
    found["rejected"] = (abroad, rejected)
    endings = {"withdrawn": ("withdraw", api), "released": ("release", api), "revoked": ("revoke", admin),
               "closed": ("close-won", api)}  # fmt: skip
    for status, (action, who) in endings.items():
        name = f"{status.title()} SE"
        deal = await (a_draft(api, name) if action == "withdraw" else a_submission(api, name))
        ok(await who.act(f"{DEALS}/{deal['id']}/{action}", _DEAL_BODIES[action]))
        found[status] = (api, deal)
    beaten, winner = await a_submission(api, "Superseded SE"), await a_submission(rival, "Superseded SE")
    ok(await admin.act(f"{DEALS}/{winner['id']}/override", _DEAL_BODIES["override"]))
    found["superseded"] = (api, beaten)
    return found


async def test_every_illegal_move_of_a_deal_is_told_what_is_legal(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    deals = await one_of_each_status(house, vendor, admin)
    assert set(deals) == set(LIFECYCLE.states) - _NEVER_AT_REST
    assert {action.replace("-", "_") for action in _DEAL_BODIES} - {"move_stage"} == set(LIFECYCLE.moves) - _BY_RULES
    seen = 0
    for status, (owner, deal) in deals.items():
        path = f"{DEALS}/{deal['id']}"
        now = ok(await admin.get(path))
        assert now["status"] == status
        for action, body in _DEAL_BODIES.items():
            is_legal = action in now["allowed_actions"]
            moves = LIFECYCLE.moves.get(action.replace("-", "_"))
            assert is_legal == (status in moves if moves else status in OPEN_STATUSES)
            if is_legal:
                continue
            # Illegal before stale: who is out of date learns that the move is impossible, not that it may try again.
            problem = refused(await admin.act(f"{path}/{action}", body, if_match='"v999"'), 409)
            if (status, action) == ("waiting", "approve"):
                assert problem["code"] == "claim_held"
                assert problem["queue_place"] == 1
            else:
                assert problem["allowed_actions"] == now["allowed_actions"], problem
            seen += 1
        mine = ok(await owner.get(path))["allowed_actions"]
        assert set(mine) <= set(now["allowed_actions"])
        assert ok(await admin.get(path))["version"] == now["version"]
    assert seen > 60


async def test_every_illegal_move_of_a_partner_is_told_what_is_legal(house: House) -> None:
    _, admin = await house.vendor()
    partner = ok(await admin.post(PARTNERS, {"display_name": "Walker", "country": "DE"}), 201)
    path = f"{PARTNERS}/{partner['id']}"
    way = ["", "apply", "start_onboarding", "activate", "suspend", "offboard"]
    visited = set()
    for step in way:
        if step:
            ok(await admin.act(f"{path}/{step.replace('_', '-')}", _PARTNER_BODIES.get(step)))
        now = ok(await admin.get(path))
        visited.add(now["status"])
        legal = PARTNER_LIFE.allowed(now["status"])
        assert now["allowed_actions"] == [action.replace("_", "-") for action in legal]
        for action in PARTNER_LIFE.moves.keys() - set(legal):
            answer = await admin.act(f"{path}/{action.replace('_', '-')}", _PARTNER_BODIES.get(action), if_match='"v9"')
            assert refused(answer, 409, "illegal_move")["allowed_actions"] == now["allowed_actions"]
        assert ok(await admin.get(path))["version"] == now["version"]
    assert visited == set(PARTNER_LIFE.states)


async def test_what_ended_cannot_be_ended_again(house: House) -> None:
    vendor, admin = await house.vendor()
    member = {"email": "a@northwind.example", "display_name": "A", "role": "analyst"}
    made = ok(await admin.post("/v1/members", member), 201)
    client = (await house.client(vendor, "analyst")).client
    assert client is not None
    ok(await admin.post("/v1/personas", {"key": "guild", "label": "Guild", "description": "A guild."}), 201)
    upload = {"content": b"external_id,name,country\n1,Acme,DE\n", "headers": {"Content-Type": "text/csv"}}
    job = ok(await admin.post("/v1/imports?kind=accounts", **upload), 202)
    ends = [
        (f"/v1/members/{made['id']}/deactivate", "illegal_move"),
        (f"/v1/clients/{client.client_id.partition('.')[0]}/revoke", "client_revoked"),
        ("/v1/personas/guild/retire", "illegal_move"),
        (f"/v1/imports/{job['id']}/cancel", "illegal_move"),
    ]
    for path, code in ends:
        ok(await admin.post(path))
        refused(await admin.post(path), 409, code)
    refused(await admin.post("/v1/personas/msp/retire"), 409)
    refused(await admin.post(f"/v1/clients/{client.client_id.partition('.')[0]}/rotate", {}), 409, "client_revoked")
    await house.drain()
    due = ok(await admin.get("/v1/deliveries"))["data"]
    assert due
    refused(await admin.post(f"/v1/deliveries/{due[0]['id']}/retry"), 409, "illegal_move")
