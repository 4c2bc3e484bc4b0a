"""The frame around every page: head, contents, search. Nothing foreign, nothing inline, no cookie."""

from collections.abc import Sequence
from hashlib import blake2b
from html import escape

from fastapi.responses import HTMLResponse

from ecosystem_api.runtime.pages.assets import Asset, address
from ecosystem_api.runtime.pages.library import library

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="{icon}">
{head}
</head>
<body>
<a class="skip" href="#main">To the text</a>
<header>
<a class="home" href="/docs">Ecosystem API</a>
{menu}<a href="/docs/reference"{in_reference}>Reference</a>
<form role="search" action="/docs/search">
<input type="search" name="q" value="{query}" maxlength="100" placeholder="Search" aria-label="Search the documentation"
 autocomplete="off">
</form>
</header>
<div class="{shape}">
{contents}<main id="main">
{body}
</main>
</div>
</body>
</html>
"""
# Where there is no room beside the text the contents come over it, also without JavaScript.
_MENU = '<button class="menu" type="button" popovertarget="contents">Contents</button>\n'


def framed(
    title: str,
    body: str,
    here: str,
    *,
    query: str = "",
    styles: Sequence[Asset] = ("docs.css",),
    scripts: Sequence[Asset] = ("docs.js",),
    has_contents: bool = True,
) -> HTMLResponse:
    """A whole page. `title` and `query` are text, `body` is HTML, `here` the page's address."""
    head = [f'<link rel="stylesheet" href="{address(name)}">' for name in styles]
    head += [f'<script src="{address(name)}" defer></script>' for name in scripts]
    text = _FRAME.format(
        title=escape(title if title == "Ecosystem API" else f"{title} · Ecosystem API"),
        icon=address("icon.svg"),
        head="\n".join(head),
        in_reference=_current(here, "/docs/reference"),
        query=escape(query),
        menu=_MENU if has_contents else "",
        shape="beside" if has_contents else "alone",
        contents=_contents(here) if has_contents else "",
        body=body,
    )
    tag = f'"{blake2b(text.encode(), digest_size=12).hexdigest()}"'
    return HTMLResponse(text, headers=_HEADERS | {"ETag": tag})


def _contents(here: str) -> str:
    lines = ['<nav id="contents" aria-label="Contents" popover>']
    for shelf in library().shelves:
        lines.append(f"<h2>{escape(shelf.title)}</h2>\n<ul>")
        lines += [
            f'<li><a href="{escape(page)}"{_current(here, page)}>{escape(title)}</a></li>'
            for title, page in shelf.pages
        ]
        lines.append("</ul>")
    return "\n".join([*lines, "</nav>\n"])


def _current(here: str, address: str) -> str:
    return ' aria-current="page"' if here == address else ""
