"""Pages for people: the reference in the browser, and one page per problem, where its `type` leads.

Everything is served from here, also the vendored Swagger UI 5.35.0 (Apache-2.0, `assets/LICENSE`), so the pages work
without the internet and tell nobody who reads them.
"""

from functools import cache
from hashlib import blake2b
from html import escape
from importlib.resources import files
from typing import Literal

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ecosystem_api.kernel.problem import NotFound, Problem, every_problem
from ecosystem_api.runtime.http import public, room_router

pages_router = room_router("pages")
Asset = Literal["swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon-32x32.png", "LICENSE", "NOTICE"]
_TYPES = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
{head}
</head>
<body>
{body}
</body>
</html>
"""
_REFERENCE = _PAGE.format(
    title="Ecosystem API reference",
    head='<link rel="stylesheet" href="/docs/assets/swagger-ui.css">\n'
    '<script src="/docs/assets/swagger-ui-bundle.js"></script>\n<script src="/docs/assets/start.js"></script>',
    body='<main id="reference"></main>',
)
_PLAIN = (
    "<style>body{font:1rem/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}code{font-size:1em}</style>"
)


@pages_router.get(
    "/", include_in_schema=False, dependencies=[public("whoever opens the bare address is shown the way")]
)
async def show_the_way() -> RedirectResponse:
    """The bare address leads to the reference."""
    return RedirectResponse("/docs")


@pages_router.get(
    "/docs", include_in_schema=False, dependencies=[public("people read the reference before they log in")]
)
async def read_reference() -> HTMLResponse:
    """The reference, to read and to try with a token of one's own."""
    return HTMLResponse(_REFERENCE, headers=_SAFE)


@pages_router.get(
    "/docs/assets/{name}", include_in_schema=False, dependencies=[public("what the reference is made of")]
)
async def read_asset(name: Asset) -> Response:
    """A file of the reference page."""
    raw, tag = _asset(name)
    media_type = _TYPES.get(name.rsplit(".", 1)[-1], "text/plain")
    return Response(raw, media_type=media_type, headers={"ETag": tag, "Cache-Control": "public, max-age=3600"})


@pages_router.get(
    "/docs/problems/{code}", include_in_schema=False, dependencies=[public("where the `type` of a problem leads")]
)
async def read_problem(code: str) -> HTMLResponse:
    """What a problem means. Errors: `NotFound` for a code that no refusal has."""
    found = _problems().get(code)
    if found is None:
        raise NotFound()
    again = "The same request may succeed later." if found.retryable else "Repeating the same request will not help."
    body = (
        f"<h1>{escape(found.title)}</h1>\n<p>{escape(found.sentence())}</p>\n"
        f"<p><code>{escape(found.code)}</code>, HTTP status {found.status}. {again}</p>\n"
        '<p><a href="/docs">Reference</a></p>'
    )
    return HTMLResponse(_PAGE.format(title=escape(found.title), head=_PLAIN, body=body), headers=_SAFE)


@cache
def _problems() -> dict[str, type[Problem]]:
    return {problem.code: problem for problem in every_problem()}


@cache
def _asset(name: str) -> tuple[bytes, str]:
    raw = files(__name__).joinpath("assets", name).read_bytes()
    return raw, f'"{blake2b(raw, digest_size=12).hexdigest()}"'
