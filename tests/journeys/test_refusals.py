"""No refusal is a surprise: each has its status, its code, its request id, and says what would be right."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.conftest import Cluster
from tests.journeys.refusals.addresses import ADDRESSES
from tests.journeys.refusals.bodies import BODIES
from tests.journeys.refusals.case import DEALS, PRODUCTS, Refusal, World, furnish
from tests.journeys.refusals.heads import HEADS
from tests.journeys.refusals.tokens import FORM, TOKEN_REFUSALS, TokenRefusal, basic
from tests.journeys.refusals.values import VALUES
from tests.journeys.standing import standing
from tests.makers import a_partner, a_product, deal_body, ok, refused

CASES = [*BODIES, *VALUES, *HEADS, *ADDRESSES]
LONGEST_ANSWER = 20_000
_INSIDES = re.compile(r"traceback|pydantic|sqlalchemy|asyncpg|postgres|select |\.py\b|instance of", re.IGNORECASE)


@pytest.fixture(scope="module")
async def world(cluster: Cluster) -> AsyncIterator[World]:
    async with standing(cluster) as house:
        yield await furnish(house)


def judged(answer: httpx.Response, case: Refusal) -> None:
    """The answer is the problem that the case wants, complete and without the service's insides."""
    if case.method == "HEAD":
        assert (answer.status_code, answer.content) == (case.status, b"")
    else:
        problem = refused(answer, case.status, case.code)
        assert problem["title"]
        assert problem["detail"]
        assert problem["type"].endswith("/problems/" + case.code)
        assert problem["retryable"] is False
        assert len(answer.content) < LONGEST_ANSWER
        assert not _INSIDES.search(answer.text), answer.text
        faults = {(fault["pointer"], fault["code"]) for fault in problem.get("errors", ())}
        assert all(fault["detail"] for fault in problem.get("errors", ()))
        if case.fault:
            place, code = case.fault
            assert any(pointer == place and code in ("", kind) for pointer, kind in faults), faults
        else:
            assert case.code != "invalid_request" or faults
    for name, value in case.answers.items():
        assert value in answer.headers[name]


def test_the_sentences_of_the_corpus_are_all_different() -> None:
    sentences = [case.sentence for case in CASES]
    assert len(sentences) == len(set(sentences)) > 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
async def test_a_refusal_is_a_clear_problem(world: World, case: Refusal) -> None:
    judged(await world.ask(case), case)


@pytest.mark.parametrize("case", TOKEN_REFUSALS, ids=lambda case: case.sentence)
async def test_the_token_endpoint_refuses_in_the_words_of_oauth(world: World, case: TokenRefusal) -> None:
    headers = {"Content-Type": FORM}
    if case.authorization in ("right", "wrong"):
        secret = world.names["client_secret"] if case.authorization == "right" else "wrong"
        headers["Authorization"] = basic(world.names["client_id"], secret)
    elif case.authorization:
        headers["Authorization"] = world.fill(case.authorization)
    form = case.form if isinstance(case.form, bytes) else world.fill(case.form).encode()
    answer = await world.house.http.post("/oauth/token", content=form, headers=headers)
    problem = refused(answer, case.status)
    assert (problem["error"], problem["error_description"]) == (case.error, problem["detail"])
    assert answer.headers["cache-control"] == "no-store"
    assert ("Basic" in answer.headers.get("www-authenticate", "")) == (case.status == 401)
    assert world.names["client_secret"] not in answer.text


async def test_the_token_endpoint_reads_forms_only(world: World) -> None:
    answer = await world.house.http.post("/oauth/token", json={"grant_type": "client_credentials"})
    refused(answer, 415, "unsupported_media_type")
    assert answer.headers["accept"] == FORM


async def test_a_token_of_another_audience_or_of_yesterday_is_refused(world: World) -> None:
    house = world.house
    vendor, admin = await house.vendor("Audience")
    other = house.settings.model_copy(update={"base_url": "http://elsewhere"})
    other.__dict__.pop("public_url", None)
    keyring = type(house.machinery.keyring)(other)
    await keyring.load(house.machinery.database)
    assert admin.client is not None
    stated: dict[str, Any] = {
        "client_id": admin.client.client_id, "vendor_id": vendor.id, "partner_id": None, "role": "admin", "scope": "",
        "now": house.clock(),
    }  # fmt: skip
    token, _ = keyring.issue(**stated)
    answer = await house.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert refused(answer, 401, "unauthenticated")["reason"] in ("wrong_issuer", "wrong_audience")
    old = admin.token
    house.clock.move(hours=1)
    answer = await house.http.get("/v1/me", headers={"Authorization": f"Bearer {old}"})
    assert refused(answer, 401, "unauthenticated")["reason"] == "expired"
    house.clock.move(hours=-1)


SCRIPTS = {
    "right to left": "שירותי אבטחה بع",
    "a direction mark": "\u202eevil\u202c \u200fabc",
    "Persian with a joiner": "شرکت می\u200cخواهم",
    "a family of emoji": "👨\u200d👩\u200d👧\u200d👦 & 🏳️\u200d🌈",
    "four bytes each": "𠮷野家 𝕌𝕟𝕚",
    "a wide blank": "株式会社\u3000東京",
    "a hard blank": "Groupe\u00a0SEB",
    "combining marks": "Zalgo\u0301\u0302\u0303 e\u0301",
    "not normalised": "\u0041\u030a\u212b\ufb01",
    "markup": "<script>alert('1')</script> & \"quotes\" \\ %00 {{7*7}} ${x}",
    "SQL": "Robert'); drop table products;--",
    "a private character": "\ue000 and \ufffd",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_text_of_every_script_is_kept_to_the_letter(world: World, text: str) -> None:
    admin = world.callers["admin"]
    product = await a_product(admin, f"TXT-{abs(hash(text))}", name=text)
    assert ok(await admin.get(f"{PRODUCTS}/{product['id']}"))["name"] == text
    note = ok(await admin.post(f"{DEALS}/{world.names['deal']}/notes", {"body": text + "\n\tsecond line"}), 201)
    kept = ok(await admin.get(f"{DEALS}/{world.names['deal']}/notes?limit=200"))["data"]
    assert next(one["body"] for one in kept if one["id"] == note["id"]) == text + "\n\tsecond line"
    found = ok(await admin.get("/v1/products", params={"family": text}))
    assert found["data"] == []


@pytest.mark.parametrize(
    "kind",
    ["application/json; charset=utf-8", 'APPLICATION/JSON; charset="UTF-8"', "application/merge-patch+json",
     "application/json;charset=utf8;x=1"],
)  # fmt: skip
async def test_json_by_any_of_its_names_is_read(world: World, kind: str) -> None:
    answer = await world.callers["admin"].call(
        "PATCH", f"{DEALS}/{world.names['deal']}", headers={"Content-Type": kind, "If-Match": "*"},
        content='{"description": "Müller"}'.encode(),
    )  # fmt: skip
    assert ok(answer)["description"] == "Müller"


async def test_a_request_id_is_kept_only_when_it_can_do_no_harm(world: World) -> None:
    kept = await world.house.http.get("/livez", headers={"X-Request-Id": "abc-123.DEF:4"})
    assert kept.headers["x-request-id"] == "abc-123.DEF:4"
    for odd in (b"short", b"a" * 129, b"abcdefgh\xe9", b"abcdefgh ijk", b"<script>alert(1)</script>", b"abcdefgh\n",
                b"abcdefgh\r\nSet-Cookie: a=b", b"${jndi:ldap://x}"):  # fmt: skip
        answer = await world.house.http.get("/livez", headers=[(b"X-Request-Id", odd)])
        assert re.fullmatch(r"req_[0-9a-f]{24}", answer.headers["x-request-id"]), odd
        assert "set-cookie" not in answer.headers


async def test_minus_zero_and_the_largest_values_are_taken_for_what_they_are(world: World) -> None:
    partner = world.callers["partner"]
    body = deal_body("Largest", amount={"amount": "9" * 15 + ".99", "currency": "EUR"}, expected_close_on="2100-12-31",
                     products=[{"sku": "EDR-100", "quantity": 1_000_000_000}])  # fmt: skip
    deal = ok(await partner.post(DEALS, body), 201)
    assert deal["amount"]["amount"] == "9" * 15 + ".99"
    zero = deal_body("Zero", amount={"amount": "-0", "currency": "JPY"})
    assert ok(await partner.post(DEALS, zero), 201)["amount"] == {"amount": "0", "currency": "JPY"}


async def test_a_credential_hands_on_nothing_beyond_what_it_holds(world: World) -> None:
    house = world.house
    vendor, _ = await house.vendor("Ladder")
    partner, _ = await a_partner(house, vendor, "Rung")
    sides = [("admin", None, "admin"), ("partner_admin", partner["id"], "partner_member")]
    for role, partner_id, below in sides:
        narrow = await house.client(vendor, role, partner_id, scopes=["clients:write", "clients:read", "me:read"])
        wide = await house.client(vendor, role, partner_id)
        own, other = (str(api.client.client_id).partition(".")[0] for api in (narrow, wide) if api.client)
        for body in ({"role": role}, {"role": below}, {"role": role, "scopes": ["deals:read"]}):
            refused(await narrow.post("/v1/clients", {"name": "up", **body}), 403, "scopes_not_grantable")
        refused(await narrow.patch(f"/v1/clients/{own}", {"scopes": []}), 403, "scopes_not_grantable")
        refused(await narrow.patch(f"/v1/clients/{own}", {"scopes": ["deals:read"]}), 403, "scopes_not_grantable")
        refused(await narrow.post(f"/v1/clients/{other}/rotate", {}), 403, "scopes_not_grantable")
        ok(await narrow.post(f"/v1/clients/{own}/rotate", {}))
        ok(await narrow.post("/v1/clients", {"name": "same", "role": role, "scopes": ["me:read"]}), 201)
        ok(await wide.post("/v1/clients", {"name": "same", "role": below}), 201)


async def test_a_stored_answer_is_not_given_again_to_a_token_that_may_no_longer_ask(world: World) -> None:
    house = world.house
    vendor, admin = await house.vendor("Replay")
    key = {"Idempotency-Key": "mint-once"}
    body = {"name": "minted", "role": "admin"}
    first = ok(await admin.post("/v1/clients", body, headers=key), 201)
    again = await admin.post("/v1/clients", body, headers=key)
    assert (ok(again, 201), again.headers["idempotent-replayed"]) == (first, "true")
    assert admin.client is not None
    form = {"grant_type": "client_credentials", "client_id": admin.client.client_id,
            "client_secret": admin.client.client_secret, "scope": "me:read"}  # fmt: skip
    narrow = ok(await house.http.post("/oauth/token", data=form))["access_token"]
    answer = await house.http.post("/v1/clients", json=body, headers={**key, "Authorization": f"Bearer {narrow}"})
    assert refused(answer, 403, "forbidden")["permission"] == "clients:write"
    assert vendor.name == "Replay"
