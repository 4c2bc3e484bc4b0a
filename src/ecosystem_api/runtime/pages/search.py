"""Search over guides, operations, refusals and events: a few hundred short texts in memory, judged by their words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from ecosystem_api.runtime.pages.library import REFERENCE, Library
from ecosystem_api.runtime.pages.markdown import plain
from ecosystem_api.runtime.pages.problems import our_problems, remedy

MOST = 30
_WORD = re.compile(r"\w+")
_METHODS = ("get", "post", "put", "patch", "delete")
_AROUND = 90


@dataclass(frozen=True)
class Entry:
    """Something to be found: its kind, name and address, and the text it is found by."""

    kind: str
    title: str
    address: str
    text: str


def entries(library: Library, contract: dict[str, Any]) -> list[Entry]:
    """Everything there is: the sections of every page, every operation of the contract, every refusal."""
    found = [
        Entry(
            page.title, section.title, page.address + (f"#{section.anchor}" if section.level > 1 else ""), section.text
        )
        for page in library.pages.values()
        for section in page.sections
    ]
    found += _operations(contract)
    found += [
        Entry("Refusal", f"{kind.code} ({kind.status})", f"/docs/problems/{code}", f"{kind.sentence()} {remedy(kind)}")
        for code, kind in our_problems().items()
    ]
    return found


def find(all_entries: Iterable[Entry], query: str) -> list[Entry]:
    """The best first. Edges: entries that have every word come alone; only where none has, those with some of them."""
    words = list(dict.fromkeys(_words(query)))
    if not words:
        return []
    judged = [(_score(entry, words), entry) for entry in all_entries]
    whole = [(score, entry) for (score, count), entry in judged if count == len(words)]
    kept = whole or [(count * 100 + score, entry) for (score, count), entry in judged if count]
    kept.sort(key=lambda found: -found[0])
    return [entry for _, entry in kept[:MOST]]


def results_body(found: Sequence[Entry], query: str) -> str:
    """The list of results as HTML."""
    if not query.strip():
        return '<section id="results"><p>Guides, operations, events and refusals are searched.</p></section>'
    if not found:
        return f'<section id="results"><p>Nothing is found for “{escape(query)}”.</p></section>'
    words = _words(query)
    items = "\n".join(
        f'<li><a href="{escape(entry.address)}">{_marked(entry.title, words)}</a> <small>{escape(entry.kind)}</small>'
        f"<p>{_marked(_excerpt(entry.text, words), words)}</p></li>"
        for entry in found
    )
    return f'<section id="results"><ol>\n{items}\n</ol></section>'


def _operations(contract: dict[str, Any]) -> Iterable[Entry]:
    for path, methods in contract["paths"].items():
        for method in _METHODS:
            operation = methods.get(method)
            if operation is None:
                continue
            address = f"{REFERENCE}#/{quote(operation['tags'][0])}/{operation['operationId']}"
            text = plain(f"{operation['summary']}. {operation['description']}")
            yield Entry("Operation", f"{method.upper()} {path}", address, " ".join(text.split()))


def _words(query: str) -> list[str]:
    return _WORD.findall(query.casefold())


def _score(entry: Entry, words: Sequence[str]) -> tuple[int, int]:
    """How well, and how many of the words: a word of the title counts more than one of the text, a whole one most."""
    title, text = entry.title.casefold(), entry.text.casefold()
    in_title = _words(title)
    score = count = 0
    for word in words:
        if word in in_title:
            score, count = score + 9, count + 1
        elif word in title:
            score, count = score + 6, count + 1
        elif word in text:
            score, count = score + 1 + min(text.count(word), 3), count + 1
    return score - len(in_title) // 4, count


def _excerpt(text: str, words: Sequence[str]) -> str:
    lower = text.casefold()
    first = min((place for word in words if (place := lower.find(word)) >= 0), default=0)
    begin = text.rfind(" ", 0, max(first - _AROUND, 0)) + 1 if first > _AROUND else 0
    end = begin + 2 * _AROUND + 40
    return ("… " if begin else "") + text[begin:end].rstrip() + (" …" if end < len(text) else "")


def _marked(text: str, words: Sequence[str]) -> str:
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return "".join(f"<mark>{escape(part)}</mark>" if place % 2 else escape(part) for place, part in enumerate(parts))
