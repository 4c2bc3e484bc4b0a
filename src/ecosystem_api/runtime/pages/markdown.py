"""Markdown to HTML as the guides need it: no raw HTML, headings with addresses, links that lead inside the service."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_NOTE = re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL)
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[`*]")


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it, as plain text: what search finds."""

    title: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True)
class Link:
    """A link as it was written, and the heading it stands under."""

    heading: str
    title: str
    href: str


def read(text: str) -> list[Token]:
    """The tokens of a page; every heading carries an `id` of its own, as GitHub would make it."""
    # HTML in a page is shown as text, so the note at the top of generated pages is taken away before.
    tokens = _reader().parse(_NOTE.sub("", text, count=1))
    taken: set[str] = set()
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _unique(_slug(inline.content), taken))
    _label_cells(tokens)
    return tokens


def render(tokens: Sequence[Token], lead: Callable[[str], str | None], words: Mapping[str, str] | None = None) -> str:
    """HTML. `lead` says where a link goes; None leaves its words without a link. `words` are code that is a link."""
    kept = list(tokens)
    for token in kept:
        if token.children:
            token.children = _named(_led(token.children, lead), words or {})
    reader = _reader()
    html: str = reader.renderer.render(kept, reader.options, {})
    return html


def sections(tokens: Sequence[Token]) -> list[Section]:
    """The page cut at its headings down to the third level."""
    found: list[tuple[Token, str, list[str]]] = []
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag in ("h1", "h2", "h3"):
            found.append((before, plain(token.content), []))
        elif found and token.type in ("inline", "fence", "code_block"):
            found[-1][2].append(plain(token.content) if token.type == "inline" else token.content)
    return [
        Section(title, str(opening.attrGet("id")), int(opening.tag[1]), " ".join(" ".join(texts).split()))
        for opening, title, texts in found
    ]


def links(tokens: Sequence[Token]) -> Iterator[Link]:
    """Every link of a page, in order."""
    heading = ""
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            heading = plain(token.content)
        children = token.children or []
        for place, child in enumerate(children):
            if child.type == "link_open":
                inside = children[place + 1 :]
                end = next(index for index, other in enumerate(inside) if other.type == "link_close")
                yield Link(heading, "".join(other.content for other in inside[:end]), str(child.attrGet("href")))


def plain(text: str) -> str:
    """Inline Markdown without its marks."""
    return _MARKS.sub(lambda found: found.group(1) or "", text)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "highlight": _coloured}).enable("table")
    # What may be wider than a phone scrolls by itself, also by keyboard.
    reader.add_render_rule(
        "table_open", lambda *_: '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'
    )
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    reader.add_render_rule("fence", _fence)
    return reader


def _fence(self: RendererHTML, tokens: Sequence[Token], place: int, *rest: Any) -> str:
    """A block that scrolls by keyboard too; a program shows the name it is to be saved under."""
    _, _, file = tokens[place].info.partition(" ")
    caption = f'<p class="file"><code>{escape(file)}</code></p>\n' if file else ""
    return caption + RendererHTML.fence(self, tokens, place, *rest).replace("<pre>", '<pre tabindex="0">', 1)


def _coloured(code: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _led(children: Sequence[Token], lead: Callable[[str], str | None]) -> list[Token]:
    kept: list[Token] = []
    is_open: list[bool] = []
    for child in children:
        if child.type == "link_open":
            target = lead(str(child.attrGet("href")))
            is_open.append(target is not None)
            if target is None:
                continue
            child.attrSet("href", target)
        elif child.type == "link_close" and not is_open.pop():
            continue
        kept.append(child)
    return kept


def _named(children: Sequence[Token], words: Mapping[str, str]) -> list[Token]:
    kept: list[Token] = []
    for child in children:
        if child.type == "code_inline" and child.content in words:
            opening = Token("link_open", "a", 1, attrs={"href": words[child.content]})
            kept += [opening, child, Token("link_close", "a", -1)]
        else:
            kept.append(child)
    return kept


def _label_cells(tokens: Sequence[Token]) -> None:
    """Every cell knows the head of its column: where the screen is too narrow for columns, it says so itself."""
    heads: list[str] = []
    place = 0
    for token, inline in pairwise(tokens):
        if token.type == "table_open":
            heads = []
        elif token.type == "tr_open":
            place = 0
        elif token.type == "th_open":
            heads.append(plain(inline.content))
        elif token.type == "td_open":
            token.attrSet("data-head", heads[place])
            place += 1


def _slug(title: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain(title).strip().lower())) or "section"


def _unique(slug: str, taken: set[str]) -> str:
    found, count = slug, 0
    while found in taken:
        count += 1
        found = f"{slug}-{count}"
    taken.add(found)
    return found
