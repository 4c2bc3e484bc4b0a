"""Pages for people: they work without the internet, and every problem's `type` leads somewhere."""

import re

from tests.makers import House, refused

from ecosystem_api.kernel.problem import every_problem


async def test_the_reference_is_made_of_files_of_its_own(house: House) -> None:
    page = await house.http.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(wanted) == 4
    for address in wanted:
        assert address.startswith("/docs/assets/")
        answer = await house.http.get(address)
        assert answer.status_code == 200
        assert (await house.http.get(address, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304
    assert '"/openapi.json"' in (await house.http.get("/docs/assets/start.js")).text
    refused(await house.http.get("/docs/assets/secrets.txt"), 404)


async def test_every_problem_has_the_page_its_type_names(house: House) -> None:
    problem = refused(await house.http.get("/v1/me"), 401)
    assert "Not authenticated" in (await house.http.get(problem["type"])).text
    ours = [kind for kind in every_problem() if kind.__module__.startswith("ecosystem_api")]
    assert len(ours) > 20
    for kind in ours:
        assert (await house.http.get(f"/docs/problems/{kind.code}")).status_code == 200
    refused(await house.http.get("/docs/problems/no_such_code"), 404)
