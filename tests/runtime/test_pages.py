"""Pages for people: they work without the internet, every link leads somewhere, and what is there is found."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import httpx
import pytest
from tests.makers import House, refused

from ecosystem_api.areas import PLAN
from ecosystem_api.kernel.problem import every_problem
from ecosystem_api.runtime.pages.library import library

_LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


async def test_every_page_is_made_of_files_of_its_own_that_may_be_kept(house: House) -> None:
    wanted = set()
    for address in ("/docs", "/docs/reference", "/docs/search"):
        page = await house.http.get(address)
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["content-security-policy"].startswith(
            "default-src 'none'; script-src 'self'; style-src 'self';"
        )
        assert "set-cookie" not in page.headers
        assert not re.search(r"<style|<script(?! src)|\sstyle=|\son\w+=", page.text)
        again = await house.http.get(address, headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 304
        wanted |= {link for link in _LINK.findall(page.text) if "/assets/" in link}
    assert len(wanted) == 6
    for address in wanted:
        plain = await house.http.get(address, headers={"Accept-Encoding": "identity"})
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await house.http.get(address.split("?")[0])).headers["cache-control"] == "no-cache"
        packed = await house.http.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == plain.content
        assert packed.headers["etag"] != plain.headers["etag"]
        assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
        assert int(packed.headers["content-length"]) < len(plain.content)
        known = await house.http.get(address, headers={"If-None-Match": packed.headers["etag"]})
        assert (known.status_code, known.headers["cache-control"]) == (304, "public, max-age=31536000, immutable")
    refused(await house.http.get("/docs/assets/secrets.txt"), 404)


@pytest.mark.parametrize(
    "address", ["/docs/errors", "/docs/problems/not_found", "/docs/search?q=claim", "/openapi.json"]
)
async def test_public_texts_travel_compressed_to_who_takes_them_so(house: House, address: str) -> None:
    async def got(accepted: str) -> httpx.Response:
        return await house.http.get(address, headers={"Accept-Encoding": accepted})

    plain = await got("identity")
    assert "content-encoding" not in plain.headers
    for accepted in ("gzip", "br, GZIP;q=0.5", "*", "deflate, *;q=0.1"):
        small = await got(accepted)
        assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding"), accepted
        assert small.content == plain.content
        assert int(small.headers["content-length"]) < len(plain.content) / 2
        assert small.headers["etag"] != plain.headers["etag"]
    for refusing in ("gzip;q=0", "gzip; q=0.0, *", "br", "*;q=0", ""):
        assert "content-encoding" not in (await got(refusing)).headers, refusing


async def test_every_link_leads_somewhere(house: House) -> None:
    contract = (await house.http.get("/openapi.json")).json()
    operations = {
        f"/{operation['tags'][0]}/{operation['operationId']}"
        for methods in contract["paths"].values()
        for operation in methods.values()
    }
    pages = {address: (await house.http.get(address)).text for address in [*library().pages, "/docs/reference"]}
    assert len(pages) > 10
    for here, text in pages.items():
        for link in {unescape(found) for found in _LINK.findall(text)}:
            address, fragment = urldefrag(link)
            target = (address or here).split("?")[0]
            if link.startswith("https://") or target.startswith("/docs/assets/"):
                continue
            if target not in pages:
                assert (await house.http.get(target)).status_code == 200, f"{here} leads to {link}"
            elif target == "/docs/reference" and fragment:
                assert fragment in operations | {"main"}, f"{here} leads to {link}"
            elif fragment:
                assert f'id="{fragment}"' in pages[target], f"{here} leads to {link}"
    refused(await house.http.get("/docs/guides/no-such-guide"), 404)
    refused(await house.http.get("/docs/../pyproject.toml"), 404)


async def test_an_address_with_a_slash_at_its_end_leads_home(house: House) -> None:
    answer = await house.http.get("/docs/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/docs")


async def test_the_list_of_refusals_leads_to_the_page_of_each(house: House) -> None:
    text = (await house.http.get("/docs/errors")).text
    assert '<a href="/docs/problems/claim_held"><code>claim_held</code></a>' in text
    assert '<td data-head="What to do">' in text
    # Other pages speak of codes without being about them.
    assert "/docs/problems/" not in (await house.http.get("/docs/guides/permissions")).text


async def test_every_problem_has_the_page_its_type_names(house: House) -> None:
    problem = refused(await house.http.get("/v1/me"), 401)
    assert "Not authenticated" in (await house.http.get(problem["type"])).text
    ours = [kind for kind in every_problem() if kind.__module__.startswith("ecosystem_api")]
    assert len(ours) > 20
    for kind in ours:
        page = await house.http.get(f"/docs/problems/{kind.code}")
        assert page.status_code == 200
        assert "What to do." in page.text
    refused(await house.http.get("/docs/problems/no_such_code"), 404)


@pytest.mark.parametrize("address", ["/docs/guides/idempotent-requests", "/docs/problems/idempotent_request"])
async def test_a_person_who_went_astray_is_shown_the_way(house: House, address: str) -> None:
    page = await house.http.get(address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["vary"]) == (404, "Accept")
    assert "<h1>No such page</h1>" in page.text
    assert 'href="/docs/guides/idempotency' in page.text
    refused(await house.http.get(address), 404)


async def _found(house: House, words: str) -> list[str]:
    page = await house.http.get("/docs/search", params={"q": words})
    assert page.status_code == 200
    return re.findall(r'<li><a href="([^"]+)">.*?</a> <small>', page.text)


async def test_search_finds_guides_operations_events_and_refusals(house: House) -> None:
    assert (await _found(house, "POST submit deal-registrations"))[
        0
    ] == "/docs/reference#/deal%20registrations/submit_deal"
    assert (await _found(house, "deal_registration.approved"))[0] == "/docs/events#deal_registrationapproved"
    assert (await _found(house, "claim_held"))[0] == "/docs/problems/claim_held"
    assert "/docs/guides/events#a-consumer-that-survives-a-restart" in await _found(house, "survives restart")
    assert "/docs/guides/idempotency" in " ".join(await _found(house, "IDEMPOTENCY-KEY repeat"))
    assert (await _found(house, "how do I register a deal"))[0] == "/docs/guides/first-deal#register-the-deal"
    assert (await _found(house, "Retry-After"))[0] == "/docs/problems/too_many_requests"
    assert "/docs/problems/stale_version" in (await _found(house, "If-Match"))[:3]
    assert "/docs/guides/streams#read-a-stream" in (await _found(house, "Last-Event-ID"))[:3]
    # Where no text has every word, those that have most of them.
    assert "/docs/problems/claim_held" in await _found(house, "claim_held xylophone")
    assert await _found(house, "xylophone") == []
    assert await _found(house, "") == []


async def test_search_shows_what_was_asked_as_text(house: House) -> None:
    page = await house.http.get("/docs/search", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    refused(await house.http.get("/docs/search", params={"q": "x" * 101}), 422)


def test_the_readme_draws_the_house_as_it_is_planned() -> None:
    drawn = (Path(__file__).parents[2] / "README.md").read_text().split("areas.py ── the plan", 1)[1].split("─────")[0]
    lines = [re.split(r"\s{2,}", line.strip()) for line in drawn.splitlines() if " · " in line]
    rooms = {wing: names.split(" · ") for wing, names, _ in lines}
    assert dict(reversed(rooms.items())) == {wing: list(names) for wing, names in PLAN.items()}, "README.md, The house"
