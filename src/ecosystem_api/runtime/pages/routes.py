"""Addresses of the pages. They are open to everyone, so nothing of any vendor stands on them."""

import re
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.http import preferred, public, room_router
from ecosystem_api.runtime.http.packing import packed
from ecosystem_api.runtime.pages import search
from ecosystem_api.runtime.pages.assets import Asset, asset
from ecosystem_api.runtime.pages.frame import framed
from ecosystem_api.runtime.pages.library import REFERENCE, library
from ecosystem_api.runtime.pages.problems import our_problems, problem_body

pages_router = room_router("pages")
_WORD = re.compile(r"[^\W_]+")
_REFERENCE_BODY = """\
<h1>Reference</h1>
<p>To try an operation, press <b>Authorize</b> and paste a token. Where the demonstration runs,
<code>ecosystem-api token manager</code> prints one, and <code>ecosystem-api token manager --link</code> a link that
opens this page with it. Whose it is, <code>GET /v1/me</code> says. For programs:
<a href="/openapi.json">openapi.json</a>.</p>
<noscript><p>To show it here needs JavaScript; openapi.json says the same.</p></noscript>
<div id="reference"></div>"""


@pages_router.get(
    "/", include_in_schema=False, dependencies=[public("whoever opens the bare address is shown the way")]
)
async def show_the_way() -> RedirectResponse:
    """The bare address leads to the documentation."""
    return RedirectResponse("/docs")


@pages_router.get("/docs", include_in_schema=False, dependencies=[public("people read before they log in")])
async def read_home(request: Request) -> Response:
    """The table of contents."""
    found = library().pages.get("/docs")
    if found is None:
        # An installation without the folder `docs`: the reference still stands.
        return framed("Ecosystem API", "<h1>Ecosystem API</h1>\n<p>Begin with the reference.</p>", "/docs")
    return packed(request, framed(found.title, found.html, "/docs"))


@pages_router.get("/docs/", include_in_schema=False, dependencies=[public("people read before they log in")])
async def lead_home() -> RedirectResponse:
    """With a slash at its end the address means the same."""
    return RedirectResponse("/docs", 308)


@pages_router.get("/docs/reference", include_in_schema=False, dependencies=[public("people read before they log in")])
async def read_reference(request: Request) -> Response:
    """Every operation, to read and to try with a token of one's own."""
    page = framed(
        "Reference",
        _REFERENCE_BODY,
        REFERENCE,
        styles=("swagger-ui.css", "docs.css"),
        scripts=("swagger-ui-bundle.js", "reference.js", "docs.js"),
        has_contents=False,
    )
    return packed(request, page)


@pages_router.get("/docs/search", include_in_schema=False, dependencies=[public("people read before they log in")])
async def search_pages(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """What is found for some words."""
    return packed(request, framed("Search", f"<h1>Search</h1>\n{_found(request, q)}", "/docs/search", query=q))


@pages_router.get("/docs/assets/{name}", include_in_schema=False, dependencies=[public("what the pages are made of")])
async def read_asset(request: Request, name: Asset, v: Annotated[str | None, Query(max_length=40)] = None) -> Response:
    """A file that pages are made of. An address with the file's own digest may be kept for good."""
    held = asset(name)
    keep = "public, max-age=31536000, immutable" if v == held.digest else "no-cache"
    headers = {"ETag": f'"{held.digest}"', "Cache-Control": keep}
    return packed(request, Response(held.raw, media_type=held.media_type, headers=headers), held.packed)


@pages_router.get(
    "/docs/problems/{code}", include_in_schema=False, dependencies=[public("where the `type` of a problem leads")]
)
async def read_problem(request: Request, code: str) -> Response:
    """What a refusal means. Errors: `NotFound` for a code that no refusal has."""
    found = our_problems().get(code)
    if found is None:
        return _missing(request, "No refusal has this code; /docs/errors lists them all.", code)
    url = request.app.state.machinery.settings.public_url
    return packed(request, framed(found.title, problem_body(found, url), "/docs/errors"))


@pages_router.get("/docs/{name:path}", include_in_schema=False, dependencies=[public("people read before they log in")])
async def read_named_page(request: Request, name: str) -> Response:
    """A page of the table of contents. Errors: `NotFound`."""
    found = library().pages.get(f"/docs/{name}")
    if found is None:
        return _missing(request, "There is no such page; /docs lists them all.", name)
    return packed(request, framed(found.title, found.html, f"/docs/{name}"))


def _found(request: Request, words: str) -> str:
    all_entries: list[search.Entry] | None = getattr(request.app.state, "docs_entries", None)
    if all_entries is None:
        all_entries = request.app.state.docs_entries = search.entries(library(), request.app.openapi())
    return search.results_body(search.find(all_entries, words), words)


def _missing(request: Request, sentence: str, name: str) -> Response:
    """To a person the pages that the address may have meant; to a program the refusal. Errors: `NotFound`."""
    if preferred(request.headers.get("accept", ""), ("application/problem+json", "text/html")) != "text/html":
        raise NotFound(sentence)
    words = " ".join(_WORD.findall(name))[:100]
    page = framed(
        "No such page", f"<h1>No such page</h1>\n<p>{sentence}</p>\n{_found(request, words)}", "", query=words
    )
    page.status_code = 404
    page.headers["Vary"] = "Accept"
    return page
