"""Browsers: a listed origin's page may call and read everything, any other one nothing."""

from typing import Any

import pytest
from pydantic import ValidationError
from tests.makers import House
from tests.runtime.processes import at, process

from ecosystem_api.runtime.http.origins import EXPOSED_HEADERS
from ecosystem_api.runtime.settings import Settings

PORTAL, STRANGER = "https://portal.northwind.example", "https://elsewhere.example"
ASK = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match,x-own"}


async def test_a_listed_origin_s_page_may_call_and_read_answers_and_refusals(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, cors_origins=f"{PORTAL},http://localhost:5173") as other:
        allowed = await other.http.options("/v1/products/prod_1", headers={"Origin": PORTAL, **ASK})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == PORTAL
        assert "PATCH" in allowed.headers["access-control-allow-methods"]
        assert set(allowed.headers["access-control-allow-headers"].split(",")) >= {"authorization", "if-match"}
        assert "access-control-allow-credentials" not in allowed.headers
        for path, status in (("/v1/me", 200), ("/v1/nothing", 404)):
            answer = await at(other, admin).get(path, headers={"Origin": PORTAL})
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, PORTAL)
            assert answer.headers["access-control-expose-headers"] == ", ".join(EXPOSED_HEADERS)
            assert "Origin" in answer.headers["vary"]
        refused = await other.http.post("/oauth/token", headers={"Origin": "http://localhost:5173"})
        assert refused.headers["access-control-allow-origin"] == "http://localhost:5173"


async def test_no_other_origin_is_answered_and_nobody_where_none_is_listed(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, cors_origins=PORTAL) as other:
        for service in (other, house):
            asked = await service.http.options("/v1/me", headers={"Origin": STRANGER, **ASK})
            assert (asked.status_code, asked.json()["code"]) == (405, "method_not_allowed")
            for origin in (STRANGER, "null", PORTAL + ".elsewhere.example"):
                answer = await at(service, admin).get("/v1/me", headers={"Origin": origin})
                assert answer.status_code == 200
                assert not [name for name in answer.headers if name.startswith("access-control")]
    silent = await house.http.options("/v1/me", headers={"Origin": PORTAL, **ASK})
    assert silent.status_code == 405


@pytest.mark.parametrize("wrong", ["*", "null", "portal.example", "https://portal.example/", "https://a.example/path"])
def test_an_origin_is_a_scheme_a_host_and_no_more(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="https://portal"):
        Settings(cors_origins=wrong)
