"""The documentation's Markdown, read once: which pages there are, in which order, and where their links lead."""

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it.token import Token

from ecosystem_api.runtime.pages import markdown
from ecosystem_api.runtime.pages.markdown import Section
from ecosystem_api.runtime.pages.problems import our_problems

CONTENTS = "docs/README.md"
REFUSALS = "docs/errors.md"
REFERENCE = "/docs/reference"
# A file whose page is not made of Markdown.
_ELSEWHERE = {"openapi/openapi.json": REFERENCE}


@dataclass(frozen=True)
class Page:
    """One page as it is served."""

    address: str
    title: str
    html: str
    sections: Sequence[Section]


@dataclass(frozen=True)
class Shelf:
    """A heading of the table of contents with the pages under it: their titles and addresses."""

    title: str
    pages: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Library:
    """All pages by address, and the table of contents in its order."""

    pages: dict[str, Page]
    shelves: Sequence[Shelf]


@cache
def library() -> Library:
    """The documentation of this installation; without its folder only the reference stands in the contents."""
    root = find_root()
    return read_library(root) if root else Library({}, [Shelf("Begin", [("Reference", REFERENCE)])])


def find_root() -> Path | None:
    """The project's folder, above this package and nowhere else: whatever lies in a working directory is not ours."""
    for folder in Path(__file__).resolve().parents:
        if (folder / CONTENTS).is_file() and (folder / "alembic.ini").is_file():
            return folder
    return None


def read_library(root: Path) -> Library:
    """Every page that the table of contents names. Errors: FileNotFoundError when it names one that is not there."""
    contents = markdown.read(_text(root, CONTENTS))
    shelves: dict[str, list[tuple[str, str]]] = {}
    files = [CONTENTS]
    for link in markdown.links(contents):
        file = _target(CONTENTS, link.href)
        address = _ELSEWHERE.get(file, address_of(file))
        shelves.setdefault(link.heading, []).append((link.title, address))
        if file not in _ELSEWHERE:
            files.append(file)
    tokens = {file: markdown.read(_text(root, file)) for file in files}
    pages = [_page(file, tokens[file], frozenset(files)) for file in files]
    return Library({page.address: page for page in pages}, [Shelf(title, found) for title, found in shelves.items()])


def address_of(file: str) -> str:
    """Where a file of the repository is served: `docs/guides/events.md` at `/docs/guides/events`."""
    if file == CONTENTS:
        return "/docs"
    return "/docs/" + file.removeprefix("docs/").removesuffix(".md").lower()


def _page(file: str, tokens: list[Token], served: frozenset[str]) -> Page:
    cut = markdown.sections(tokens)
    words = {code: f"/docs/problems/{code}" for code in our_problems()} if file == REFUSALS else {}
    return Page(address_of(file), cut[0].title, markdown.render(tokens, _leads(file, served), words), cut)


def _leads(file: str, served: frozenset[str]) -> Callable[[str], str | None]:
    def lead(href: str) -> str | None:
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            return href
        target = _target(file, href)
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if not parts.path:
            return fragment
        if target in served:
            return address_of(target) + fragment
        # A file of the repository that is no page: its name stays, the link would lead nowhere.
        return _ELSEWHERE.get(target)

    return lead


def _target(file: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), urlsplit(href).path))


def _text(root: Path, file: str) -> str:
    return (root / file).read_text(encoding="utf-8")
