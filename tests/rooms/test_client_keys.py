"""Clients that sign instead of showing a secret."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.makers import Api, House, ok, refused
from tests.provider import Private, a_provider, assertion, new_key, public_jwk

ISSUER = "http://testserver"
TOKEN_ENDPOINT = ISSUER + "/oauth/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def a_client(admin: Api, *keys: Private, **fields: Any) -> Any:
    """A credential that uses these keys, named key-1, key-2…"""
    made = ok(await admin.post("/v1/clients", {"name": "signer", "role": "integration", **fields}), 201)
    jwks = {"keys": [public_jwk(f"key-{number}", key) for number, key in enumerate(keys, 1)]}
    return {**made, **ok(await admin.post(f"/v1/clients/{made['id']}/use-keys", {"jwks": jwks}))}


async def buy(house: House, said: str, **fields: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "client_assertion": said, **fields}
    return await house.http.post("/oauth/token", data=form)


@pytest.mark.parametrize("kind", ["ES256", "RS256"])
@pytest.mark.parametrize("audience", [ISSUER, TOKEN_ENDPOINT])
async def test_a_client_buys_a_token_with_a_statement_it_signed(house: House, kind: str, audience: str) -> None:
    _, admin = await house.vendor()
    key = new_key(kind)
    client = await a_client(admin, key)
    assert (client["authentication"], client["keys"]) == ("private_key_jwt", [{"kid": "key-1", "algorithm": kind}])
    assert client["secrets"] == []
    said = assertion(client["client_id"], audience, key, house.clock())
    token = ok(await buy(house, said))["access_token"]
    me = ok(await Api(house.http, token=token).get("/v1/me"))
    assert (me["actor_type"], me["actor_id"]) == ("client", client["client_id"])
    assert refused(await buy(house, said), 401, "invalid_client")["reason"] == "used_before"
    again = assertion(client["client_id"], audience, key, house.clock())
    ok(await buy(house, again, client_id=client["client_id"]))
    assert ok(await admin.get(f"/v1/clients/{client['id']}"))["last_used_at"]
    old = {"grant_type": "client_credentials", "client_id": client["client_id"]}
    secret = await house.http.post("/oauth/token", data={**old, "client_secret": client["client_secret"]})
    refused(secret, 401, "invalid_client")


async def test_a_statement_is_good_for_one_of_many_at_once(house: House) -> None:
    _, admin = await house.vendor()
    key = new_key()
    client = await a_client(admin, key)
    said = assertion(client["client_id"], ISSUER, key, house.clock())
    answers = await asyncio.gather(*(buy(house, said) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [200, 401, 401, 401, 401, 401]


async def test_what_is_not_exactly_its_own_statement_is_refused(house: House) -> None:
    _, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    key, other = new_key(), new_key()
    client, foreign = await a_client(admin, key), await a_client(stranger, other)
    secretive = ok(await admin.post("/v1/clients", {"name": "plain", "role": "integration"}), 201)
    now, name = house.clock(), client["client_id"]
    at = int(now.timestamp())

    def said(**claims: Any) -> str:
        return assertion(name, ISSUER, key, now, **claims)

    attacks: dict[str, tuple[str, str]] = {
        "another's key": (assertion(name, ISSUER, other, now), "bad_signature"),
        "an unknown key": (assertion(name, ISSUER, key, now, kid="key-9"), "unknown_key"),
        "another client's name": (assertion(foreign["client_id"], ISSUER, key, now), "bad_signature"),
        "a client with a secret": (assertion(secretive["client_id"], ISSUER, key, now), "unknown_client"),
        "nobody": (assertion("cli_x.y", ISSUER, key, now), "unknown_client"),
        "another audience": (said(aud="https://other.example/oauth/token"), "wrong_audience"),
        "an audience beside ours": (said(aud=[ISSUER, "https://other.example"]), "wrong_audience"),
        "no audience": (said(aud=...), "missing_claim"),
        "another issuer": (said(iss=foreign["client_id"]), "wrong_issuer"),
        "no jti": (said(jti=...), "invalid_claim"),
        "a jti that is a number": (said(jti=7), "invalid_claim"),
        "a long jti": (said(jti="j" * 256), "invalid_claim"),
        "no end": (said(exp=...), "missing_claim"),
        "a long life": (said(exp=at + 3600), "lifetime_too_long"),
        "a long life without a beginning": (said(iat=..., exp=at + 3600), "lifetime_too_long"),
        "the past": (said(iat=at - 200, exp=at - 100), "expired"),
        "the future": (said(iat=at + 100, exp=at + 160), "not_yet_valid"),
    }
    for attack, (text, reason) in attacks.items():
        found = refused(await buy(house, text), 401, "invalid_client")
        assert (found["reason"], found["error"]) == (reason, "invalid_client"), attack
        assert found["detail"].startswith(f"The client assertion was refused: {reason}. "), attack
    assert (
        (await buy(house, "x")).headers["www-authenticate"].startswith("Basic")
    )  # RFC 9110: every 401 has a challenge
    mixed = refused(await buy(house, said(), client_id=foreign["client_id"]), 401)
    assert mixed["reason"] == "bad_signature"
    refused(await buy(house, said(), client_secret="ecos_x"), 400, "invalid_token_request")
    refused(await buy(house, said(), client_assertion_type="urn:x"), 400, "invalid_token_request")
    basic = await house.http.post("/oauth/token", data={"grant_type": "client_credentials", "client_assertion": said(),
                                  "client_assertion_type": JWT_BEARER}, auth=(name, "x"))  # fmt: skip
    refused(basic, 400, "invalid_token_request")
    ok(await buy(house, said(iat=..., exp=at + 60)))


async def test_a_refused_statement_is_told_what_would_be_right(house: House) -> None:
    _, admin = await house.vendor()
    key = new_key()
    client = await a_client(admin, key)
    name, now = client["client_id"], house.clock()

    async def told(**claims: Any) -> str:
        answer = await buy(house, assertion(name, ISSUER, key, now, **claims))
        return str(refused(answer, 401, "invalid_client")["detail"])

    assert f"{ISSUER} or {TOKEN_ENDPOINT}" in await told(aud="https://other.example")
    assert "It has no exp." in await told(exp=...)
    assert "It has no jti" in await told(jti=...)
    assert f"Its iss is not {name}." in await told(iss="somebody")
    assert "more than 300 seconds" in await told(exp=int(now.timestamp()) + 3600)
    assert "Its exp has passed." in await told(iat=..., exp=int(now.timestamp()) - 60)


async def test_a_statement_names_its_key_unless_only_one_fits(house: House) -> None:
    _, admin = await house.vendor()
    ours, other, rsa = new_key(), new_key(), new_key("RS256")
    client = await a_client(admin, ours, rsa)
    name, path = client["client_id"], f"/v1/clients/{client['id']}/use-keys"

    async def nameless(key: Private, **header: Any) -> httpx.Response:
        return await buy(house, assertion(name, ISSUER, key, house.clock(), kid=None, header=header))

    ok(await nameless(ours))
    ok(await nameless(rsa))
    assert refused(await nameless(other), 401, "invalid_client")["reason"] == "bad_signature"
    confused = await nameless(rsa, alg="HS256")
    assert refused(confused, 401, "invalid_client")["reason"] == "wrong_algorithm"
    three = {"jwks": {"keys": [public_jwk(kid, key) for kid, key in (("a", ours), ("b", other), ("c", rsa))]}}
    ok(await admin.post(path, three))
    problem = refused(await nameless(ours), 401, "invalid_client")
    assert (problem["reason"], "more than one of the known keys fits" in problem["detail"]) == ("unknown_key", True)
    ok(await nameless(rsa))
    unnamed = public_jwk("a", ours)
    del unnamed["kid"]
    (kept,) = ok(await admin.post(path, {"jwks": {"keys": [unnamed]}}))["keys"]
    ok(await nameless(ours))
    ok(await buy(house, assertion(name, ISSUER, ours, house.clock(), kid=kept["kid"])))


async def test_keys_are_rotated_with_overlap_and_a_secret_is_the_way_back(house: House) -> None:
    _, admin = await house.vendor()
    old, new = new_key(), new_key()
    client = await a_client(admin, old)
    path, name, now = f"/v1/clients/{client['id']}", client["client_id"], house.clock()

    async def works(key: Private, kid: str) -> bool:
        return (await buy(house, assertion(name, ISSUER, key, now, kid=kid))).is_success

    both = {"jwks": {"keys": [public_jwk("key-1", old), public_jwk("key-2", new)]}}
    ok(await admin.post(path + "/use-keys", both))
    assert [await works(old, "key-1"), await works(new, "key-2")] == [True, True]
    ok(await admin.post(path + "/use-keys", {"jwks": {"keys": [public_jwk("key-2", new)]}}))
    assert [await works(old, "key-1"), await works(new, "key-2")] == [False, True]
    back = ok(await admin.post(path + "/rotate", {}))
    assert (back["authentication"], back["keys"]) == ("client_secret", [])
    assert not await works(new, "key-2")
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": back["client_secret"]}
    ok(await house.http.post("/oauth/token", data=form))
    ok(await admin.post(path + "/use-keys", both))
    ok(await admin.post(path + "/revoke"))
    assert not await works(new, "key-2")
    refused(await admin.post(path + "/use-keys", both), 409, "client_revoked")
    await house.drain()
    news = [one["type"] for one in ok(await admin.get("/v1/events?limit=200"))["data"]]
    assert news.count("client.rotated") == 5


async def test_a_client_may_publish_its_keys_itself(house: House) -> None:
    _, admin = await house.vendor()
    client = await a_client(admin, new_key())
    async with a_provider("key-1") as own:
        uri = f"{own.listener.url}/jwks"
        read = ok(await admin.post(f"/v1/clients/{client['id']}/use-keys", {"jwks_uri": uri}))
        assert (read["authentication"], read["jwks_uri"], read["keys"]) == ("private_key_jwt", uri, [])
        ok(await buy(house, assertion(client["client_id"], ISSUER, own.keys["key-1"], house.clock())))
        own.keys = {"key-2": new_key()}
        house.clock.move(seconds=61)
        now = house.clock()
        ok(await buy(house, assertion(client["client_id"], ISSUER, own.keys["key-2"], now, kid="key-2")))
        own.keys = {"key-3": new_key()}
        house.clock.move(seconds=61)
        ok(await buy(house, assertion(client["client_id"], ISSUER, own.keys["key-3"], house.clock(), kid=None)))
        own.keys["key-2"] = new_key()
        own.is_down = True
        house.clock.move(hours=2)
        unknown = await buy(
            house, assertion(client["client_id"], ISSUER, own.keys["key-2"], house.clock(), kid="key-2")
        )
        assert refused(unknown, 503, "client_keys_unavailable")["error"] == "temporarily_unavailable"


async def test_keys_that_cannot_be_used_are_refused_where_they_stand(house: House) -> None:
    vendor, admin = await house.vendor()
    client = await a_client(admin, new_key())
    path, good = f"/v1/clients/{client['id']}/use-keys", public_jwk("a", new_key())

    async def place(body: Any) -> str:
        return str(refused(await admin.post(path, body), 422)["errors"][0]["pointer"])

    assert await place({"jwks": {"keys": [good, {**good, "kid": "b", "d": "AQAB"}]}}) == "/jwks/keys/1"
    assert await place({"jwks": {"keys": [good, good]}}) == "/jwks/keys/1"
    assert await place({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]}}) == "/jwks/keys/0"
    assert await place({"jwks": {"keys": []}}) == "/jwks/keys"
    assert await place({"jwks_uri": "https://169.254.169.254/jwks"}) == "/jwks_uri"
    assert await place({"jwks_uri": "http://client.example/jwks"}) == "/jwks_uri"
    assert await place({}) == "/jwks"
    assert await place({"jwks": {"keys": [good]}, "jwks_uri": "https://client.example/jwks"}) == "/jwks"
    narrow = await house.client(vendor, "admin", scopes=["clients:write"])
    refused(await narrow.post(path, {"jwks": {"keys": [good]}}), 403, "scopes_not_grantable")


async def test_a_statement_examines_and_ends_tokens_too(house: House) -> None:
    _, admin = await house.vendor()
    key = new_key()
    client = await a_client(admin, key)
    name, now = client["client_id"], house.clock()
    token = ok(await buy(house, assertion(name, ISSUER, key, now)))["access_token"]

    async def ask(path: str) -> httpx.Response:
        form = {
            "token": token,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion(name, ISSUER, key, now),
        }
        return await house.http.post(path, data=form)

    assert ok(await ask("/oauth/introspect"))["active"] is True
    assert (await ask("/oauth/revoke")).status_code == 200
    assert ok(await ask("/oauth/introspect"))["active"] is False
    late = assertion(name, ISSUER, key, now - timedelta(minutes=10))
    refused(await buy(house, late), 401, "invalid_client")
