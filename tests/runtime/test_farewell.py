"""Operations that will end say so, in every answer, in the contract and on a page."""

from datetime import date
from typing import Annotated

import pytest
from fastapi import Depends
from tests.makers import House, ok, refused
from tests.runtime.processes import at, process

from ecosystem_api.areas import catalog
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.reference import deprecations
from ecosystem_api.runtime.area import Area, Catalog, Grant
from ecosystem_api.runtime.caller import EVERYONE, Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, deprecated, room_router
from ecosystem_api.runtime.http.farewell import Deprecated

SINCE, SUNSET = date(2026, 11, 22), date(2027, 11, 22)


def pigeons() -> Area:
    """A room whose only operation will end."""
    router = room_router("pigeons")
    ends = deprecated(since=SINCE, sunset=SUNSET, successor="/v1/couriers", note="Couriers are faster.")

    @router.get("/v1/pigeons/{name}", response_model=str, dependencies=[ends])
    async def send_pigeon(name: str, who: Annotated[Caller, allow("pigeons:send")]) -> str:
        """Send a pigeon."""
        if name == "lost":
            raise NotFound()
        return name

    return Area("test/pigeons", router=router, grants=(Grant("pigeons:send", EVERYONE, "Send pigeons."),))


async def test_every_answer_of_a_deprecated_operation_says_when_it_ends_and_what_comes_after(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, area=pigeons()) as later:
        api = at(later, admin)
        for answer in (await api.get("/v1/pigeons/grey"), await api.get("/v1/pigeons/lost")):
            assert answer.headers["deprecation"] == "@1795305600"
            assert answer.headers["sunset"] == "Mon, 22 Nov 2027 00:00:00 GMT"
            assert answer.headers["link"] == (
                '</docs/deprecations>; rel="deprecation"; type="text/html", '
                '</docs/deprecations>; rel="sunset"; type="text/html", </v1/couriers>; rel="successor-version"'
            )
        refused(await api.get("/v1/pigeons/lost"), 404)
        assert "deprecation" not in (await api.get("/v1/me")).headers
        assert (await later.http.get("/v1/pigeons/grey")).headers["deprecation"] == "@1795305600"
        operation = ok(await later.http.get("/openapi.json"))["paths"]["/v1/pigeons/{name}"]["get"]
        assert operation["deprecated"] is True
        assert "until 2027-11-22. Use `/v1/couriers`. Couriers are faster." in operation["description"]
        assert {"Deprecation", "Sunset", "Link"} <= operation["responses"]["200"]["headers"].keys()


async def test_the_link_to_the_next_page_stays(house: House) -> None:
    router = room_router("pigeons")

    @router.get(
        "/v1/pigeons",
        response_model=Page[str],
        dependencies=[deprecated(since=SINCE, note="They are tired.")],
    )
    async def list_pigeons(
        tx: CurrentTx, who: Annotated[Caller, allow("pigeons:send")], paging: Annotated[Paging, Depends()]
    ) -> Page[str]:
        return Page(data=["grey"], next_cursor=paging.seal(["grey"]))

    area = Area("test/pigeons", router=router, grants=(Grant("pigeons:send", EVERYONE, "Send pigeons."),))
    _, admin = await house.vendor()
    async with process(house, area=area) as later:
        answer = await at(later, admin).get("/v1/pigeons")
        assert set(answer.links) == {"first", "next", "deprecation"}
        assert "sunset" not in answer.headers


def test_the_page_lists_what_will_end() -> None:
    page = deprecations.render(Catalog({**catalog().house, "test": (pigeons(),)}))
    assert "| `GET /v1/pigeons/{name}` | 2026-11-22 | 2027-11-22 | `/v1/couriers` | Couriers are faster. |" in page


def test_clients_get_a_year_of_notice_and_a_reason() -> None:
    with pytest.raises(ValueError, match="2027-11-22 or later"):
        Deprecated(SINCE, date(2027, 11, 21), None, "Soon.")
    with pytest.raises(ValueError, match="what to do instead"):
        Deprecated(SINCE, None, None, " ")
