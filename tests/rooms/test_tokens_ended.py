"""One token, examined and ended before its time."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func
from tests.makers import Api, House, a_partner, ok, refused
from tests.provider import a_provider
from tests.rooms.test_issuers import exchange, trusted

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.database import scoped
from ecosystem_api.runtime.revocation import EndedTokenRow


def secrets_of(api: Api) -> dict[str, str]:
    assert api.client is not None
    return {"client_id": api.client.client_id, "client_secret": str(api.client.client_secret)}


async def examine(house: House, asker: Api, token: str | None) -> Any:
    return ok(await house.http.post("/oauth/introspect", data={**secrets_of(asker), "token": token}))


async def end(house: House, asker: Api | None, token: str | None, **fields: str) -> httpx.Response:
    form = {**(secrets_of(asker) if asker else {}), "token": token, **fields}
    return await house.http.post("/oauth/revoke", data=form)


async def test_a_client_ends_one_of_its_tokens_and_keeps_the_others(house: House) -> None:
    vendor, _ = await house.vendor()
    api = await house.client(vendor, "analyst")
    first = api.token
    await api.login()
    answer = await end(house, api, first, token_type_hint="access_token")
    assert (answer.status_code, answer.content) == (200, b"")
    assert refused(await Api(house.http, token=first).get("/v1/me"), 401)["reason"] == "revoked"
    ok(await api.get("/v1/me"))
    assert (await examine(house, api, first)) == {"active": False}
    assert (await end(house, api, first)).status_code == 200  # once more changes nothing


async def test_a_live_token_is_told_with_what_it_may_do_now(house: House) -> None:
    vendor, admin = await house.vendor()
    api = await house.client(vendor, "integration", scopes=["deals:read", "me:read"])
    found = await examine(house, admin, api.token)
    assert api.client is not None
    assert found["active"] is True
    assert found["scope"] == "deals:read me:read"
    assert (found["client_id"], found["sub"]) == (api.client.client_id, api.client.client_id)
    assert (found["role"], found["actor_type"], found["token_type"]) == ("integration", "client", "Bearer")
    assert decode("ven", found["vendor_id"]) == vendor.id
    assert found["exp"] - found["iat"] == 600
    assert "partner_id" not in found
    ok(await admin.post(f"/v1/clients/{found['client_id'].split('.')[0]}/revoke"))
    assert (await examine(house, admin, api.token)) == {"active": False}
    assert (await examine(house, admin, "eyJ.not.atoken")) == {"active": False}
    house.clock.move(minutes=11)
    assert (await examine(house, admin, admin.token)) == {"active": False}


async def test_tokens_of_others_are_worth_nothing_and_cannot_be_ended(house: House) -> None:
    vendor, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    _, alpha = await a_partner(house, vendor, "Alpha")
    _, bravo = await a_partner(house, vendor, "Bravo")
    for asker, token in ((stranger, admin.token), (alpha, admin.token), (alpha, bravo.token), (stranger, alpha.token)):
        assert (await examine(house, asker, token)) == {"active": False}
        assert (await end(house, asker, token)).status_code == 200
    for api in (admin, alpha, bravo):
        ok(await api.get("/v1/me"))
    assert (await examine(house, admin, alpha.token))["partner_id"]
    analyst = await house.client(vendor, "analyst")
    refusal = refused(await end(house, analyst, admin.token), 400, "unauthorized_client")
    assert refusal["error"] == "unauthorized_client"
    ok(await admin.get("/v1/me"))
    assert (await end(house, admin, bravo.token)).status_code == 200  # who may revoke clients may end their tokens
    refused(await bravo.get("/v1/me"), 401)


async def test_a_frontend_signs_its_user_out_without_a_secret(house: House) -> None:
    vendor, admin = await house.vendor()
    async with a_provider() as idp:
        issuer = await trusted(admin, idp)
        one, other = [ok(await exchange(house, issuer, idp.token(house.clock())))["access_token"] for _ in range(2)]
    assert (await end(house, None, one, client_id="iss_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r")).json()[
        "code"
    ] == "unauthorized_client"
    ok(await Api(house.http, token=one).get("/v1/me"))
    found = await examine(house, admin, one)
    assert (found["actor_type"], found["client_id"]) == ("member", issuer["client_id"])
    assert (await end(house, None, one, client_id=issuer["client_id"])).status_code == 200
    refused(await Api(house.http, token=one).get("/v1/me"), 401)
    assert ok(await Api(house.http, token=other).get("/v1/me"))["actor_type"] == "member"
    assert (await end(house, None, "garbage", client_id=issuer["client_id"])).status_code == 200
    # A client's token is not ended by whoever found it, and without any credentials nothing is told.
    refused(await end(house, None, admin.token), 401, "invalid_client")
    refused(await end(house, None, "garbage"), 401, "invalid_client")
    refused(await house.http.post("/oauth/revoke", data=secrets_of(admin)), 400, "invalid_token_request")
    refused(await house.http.post("/oauth/introspect", data={"token": one}), 401, "invalid_client")
    wrong = {**secrets_of(admin), "client_secret": "ecos_wrong", "token": one}
    refused(await house.http.post("/oauth/introspect", data=wrong), 401, "invalid_client")
    assert vendor


async def test_what_ended_is_forgotten_when_nobody_would_believe_it_any_more(house: House) -> None:
    vendor, _ = await house.vendor()
    api = await house.client(vendor, "analyst")
    first = api.token
    await end(house, api, first)
    await house.worker.clean()
    refused(await Api(house.http, token=first).get("/v1/me"), 401)
    assert await _remembered(house, vendor.id) == 1
    house.clock.move(minutes=12)
    await house.worker.clean()
    assert await _remembered(house, vendor.id) == 0
    assert refused(await Api(house.http, token=first).get("/v1/me"), 401)["reason"] == "expired"


@pytest.mark.parametrize("wish", [{"audience": "https://other.example"}, {"resource": "https://other.example"}])
async def test_a_token_for_another_service_is_not_to_be_had(house: House, wish: dict[str, str]) -> None:
    _, admin = await house.vendor()
    async with a_provider() as idp:
        issuer = await trusted(admin, idp)
        token = idp.token(house.clock())
        assert refused(await exchange(house, issuer, token, **wish), 400)["error"] == "invalid_target"
        ok(await exchange(house, issuer, token, audience="http://testserver"))
        for odd in ({"actor_token": token}, {"requested_token_type": "urn:x"}, {"client_secret": "ecos_x"}):
            refused(await exchange(house, issuer, token, **odd), 400, "invalid_token_request")
        for missing in ("client_id", "subject_token", "subject_token_type"):
            refused(await exchange(house, issuer, token, **{missing: ""}), 400, "invalid_token_request")
        refused(await exchange(house, issuer, token, scope="clients:write"), 400, "invalid_scope")
        narrow = ok(await exchange(house, issuer, token, scope="me:read"))
        me = ok(await Api(house.http, token=narrow["access_token"]).get("/v1/me"))
        assert me["permissions"] == ["me:read"]
    form = {"grant_type": "client_credentials", **secrets_of(admin)}
    assert refused(await house.http.post("/oauth/token", data={**form, **wish}), 400)["error"] == "invalid_target"
    for ours in ("http://testserver", "http://testserver/", ["http://testserver", "http://testserver/"]):
        ok(await house.http.post("/oauth/token", data={**form, "resource": ours}))
    mixed = {"resource": ["http://testserver", "https://other.example"]}
    refused(await house.http.post("/oauth/token", data={**form, **mixed}), 400, "invalid_target")


async def test_the_metadata_tell_what_there_is(house: House) -> None:
    found = ok(await house.http.get("/.well-known/oauth-authorization-server"))
    assert "urn:ietf:params:oauth:grant-type:token-exchange" in found["grant_types_supported"]
    for name in ("token", "revocation", "introspection"):
        path = found[f"{name}_endpoint"].removeprefix(found["issuer"])
        assert (await house.http.post(path, data={"token": "x"})).status_code in (400, 401)


async def _remembered(house: House, vendor_id: Any) -> int:
    async with house.machinery.database.transaction(vendor_id) as tx:
        return int(await tx.session.scalar(scoped(tx, EndedTokenRow, func.count())) or 0)
