"""A certified OpenID provider signs a user in, and its tokens are exchanged for ours."""

import asyncio
import base64
import hashlib
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.contract.outside.redocly import NODE
from tests.makers import Api, House, ok, refused

CALLBACK = "http://127.0.0.1:1/callback"
RESOURCE = "https://api.vendor.example"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TOKEN_TYPE = "urn:ietf:params:oauth:token-type:"


@pytest.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a provider that runs until the test ends."""
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    shutil.copy(Path(__file__).with_name("provider.mjs"), tmp_path)
    process = await asyncio.create_subprocess_exec(
        "node",
        "provider.mjs",
        RESOURCE,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert line, "the provider did not start: run `make contract`, which installs it"
        yield line.decode().strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def signed_in(issuer: str, resource: str | None = None) -> dict[str, str]:
    """What a frontend gets by the authorization code flow with PKCE."""
    verifier = secrets.token_urlsafe(40)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    named = {"resource": resource} if resource else {}
    asked = {
        "client_id": "partner-portal", "redirect_uri": CALLBACK, "response_type": "code", "prompt": "consent",
        "scope": "openid email profile" + (" api" if resource else ""), "code_challenge": challenge,
        "code_challenge_method": "S256", **named,
    }  # fmt: skip
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(f"{issuer}/auth", params=asked)
        while not answer.headers["location"].startswith(CALLBACK):
            answer = await browser.get(httpx.URL(issuer).join(answer.headers["location"]))
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier}
        bought = await browser.post(f"{issuer}/token", data={**form, **named}, auth=("partner-portal", "portal-secret"))
    found: dict[str, str] = ok(bought)
    return found


async def trusted(admin: Api, issuer: str, audience: str, kind: str) -> str:
    """The `client_id` of a trust in the provider."""
    body = {
        "name": "Directory", "issuer": issuer, "audiences": [audience], "algorithm": "RS256", "token_type": kind,
        "claims": {"roles": "groups"}, "rules": [{"value": "channel-managers", "role": "manager"}],
        "provisions_members": True, "email_domains": ["vendor.example"],
    }  # fmt: skip
    made = ok(await admin.post("/v1/issuers", body), 201)
    assert ok(await admin.post(f"/v1/issuers/{made['id']}/check"))["is_usable"] is True
    return str(made["client_id"])


async def exchanged(house: House, client_id: str, token: str, kind: str) -> httpx.Response:
    form = {"grant_type": EXCHANGE, "client_id": client_id, "subject_token": token}
    return await house.http.post("/oauth/token", data={**form, "subject_token_type": TOKEN_TYPE + kind})


@pytest.mark.parametrize(
    ("kind", "audience", "resource"),
    [("id_token", "partner-portal", None), ("access_token", RESOURCE, RESOURCE)],
)
async def test_its_user_acts_here_as_a_member(
    house: House, issuer: str, kind: str, audience: str, resource: str | None
) -> None:
    _, admin = await house.vendor()
    client_id = await trusted(admin, issuer, audience, kind)
    tokens = await signed_in(issuer, resource)
    bought = ok(await exchanged(house, client_id, tokens[kind], kind))
    me = ok(await Api(house.http, token=bought["access_token"]).get("/v1/me"))
    assert (me["actor_type"], me["role"]) == ("member", "manager")
    member = ok(await admin.get(f"/v1/members/{me['actor_id']}"))
    assert (member["email"], member["display_name"]) == ("jane@vendor.example", "Jane Doe")
    # The other token of the same login is of another type, and for somebody else.
    other = "access_token" if kind == "id_token" else "id_token"
    assert refused(await exchanged(house, client_id, tokens[other], other), 400)["reason"] == "wrong_type"
    disguised = await exchanged(house, client_id, tokens[other], kind)
    assert refused(disguised, 400)["reason"] in ("malformed", "wrong_type", "wrong_audience")
