"""Search over guides, operations, refusals and events: a few hundred short texts in memory, judged by their words."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
_LEAST_TOLD = 0.7  # what half of all entries have


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


def find(all_entries: Collection[Entry], query: str) -> list[Entry]:
    """The best first: by where the words of the query stand, how rare they are, and how many of them an entry has.

    Source: for words in texts BM25 with its usual constants (Robertson and Zaragoza, 2009), so that a long text does
    not come first by its length.
    """
    known = [(entry, entry.title.casefold(), entry.text.casefold()) for entry in all_entries]
    usual = sum(len(text) for _, _, text in known) / max(len(known), 1)
    weights, phrase = _weights(known, query), " ".join(query.casefold().split())
    judged = [(_score(title, text, weights, phrase, usual), entry) for entry, title, text in known]
    kept = sorted((one for one in judged if one[0] > 0), key=lambda one: -one[0])
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


def _weights(known: Collection[tuple[Entry, str, str]], query: str) -> dict[str, float]:
    """What each word of the query tells: much if few have it, nothing if most do; then it is left out beside others."""
    held = {word: sum(word in title or word in text for _, title, text in known) for word in _words(query)}
    told = {word: math.log((len(known) + 1) / (count + 1)) for word, count in held.items()}
    telling = {word: weight for word, weight in told.items() if weight > _LEAST_TOLD}
    return telling or dict.fromkeys(told, 1.0)


def _score(title: str, text: str, weights: Mapping[str, float], phrase: str, usual: float) -> float:
    """How well: a word of the title counts more than one of the text, a whole one most, and all that was typed more."""
    in_title = _words(title)
    length = 0.25 + 0.75 * len(text) / usual

    def in_text(words: str) -> float:
        return 4 * (count := text.count(words)) / (count + 1.2 * length)

    score = found = 0.0
    for word, weight in weights.items():
        value = 9.0 if word in in_title else 6.0 if word in title else in_text(word)
        score += value * weight
        found += weight if value else 0
    if len(weights) > 1 or not weights:
        score += 20 * (phrase in title) + 3 * in_text(phrase)
    return score * (found / sum(weights.values())) ** 2 / (1 + len(in_title) / 20) if found else 0


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
