"""A rule book in plain language, made of the same data that decides, so that what is read is what is done."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from typing import Final

from ecosystem_api.rules.book import ACTIONS, OUTCOMES, Rule, RuleBook
from ecosystem_api.rules.compare import Change
from ecosystem_api.rules.compiler import CompiledBook, published_sentences
from ecosystem_api.rules.custom import CUSTOM_TYPES
from ecosystem_api.rules.facts import GROUPS, example_of
from ecosystem_api.rules.parameters import PARAMETER_TYPES, SETTINGS, Setting, override_words, parameter_words
from ecosystem_api.rules.warnings import rules_acting, unread_settings

_MARKDOWN_SIGNS: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~"})


def as_markdown(compiled: CompiledBook, *, effective_from: date | None = None, changes: Iterable[Change] = ()) -> str:
    """The book as Markdown: what it is, what changed, what may be asked and what follows, each rule, each parameter.

    Shape: `changes` are those since the version before.
    Edges: a parameter that acts through rules and that no rule reads is not told, because nothing keeps to it. Text of
    the vendor is escaped, so that a sentence cannot become a heading, a link or a tag.
    """
    book = compiled.book
    lines = [
        f"# {_md(book.name)}",
        "",
        *(f"- {_md(word)}: {_md(text)}" for word, text in _identity(compiled, effective_from)),
    ]
    for heading, sentences in _sections(compiled, changes):
        lines += ["", f"## {heading}", "", *(f"- {_md(sentence)}" for sentence in sentences)]
    lines += ["", "## The rules"]
    for rule in book.rules:
        statement, details = _told(rule, book)
        lines += ["", f"### {_md(statement)}", "", *(f"- {_md(word)}: {_md(text)}" for word, text in details)]
    return "\n".join(lines) + "\n"


def as_html(compiled: CompiledBook, *, effective_from: date | None = None, changes: Iterable[Change] = ()) -> str:
    """The book as one HTML article with the same content, for any page to embed; all text of the vendor is escaped."""
    book = compiled.book
    parts = [f"<h1>{escape(book.name)}</h1>", _definitions(_identity(compiled, effective_from))]
    for heading, sentences in _sections(compiled, changes):
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        parts += [f"<h2>{escape(heading)}</h2>", f"<ul>{items}</ul>"]
    parts.append("<h2>The rules</h2>")
    for rule in book.rules:
        statement, details = _told(rule, book)
        parts.append(f'<section id="{escape(rule.key)}"><h3>{escape(statement)}</h3>{_definitions(details)}</section>')
    return '<article class="rule-book">\n' + "\n".join(parts) + "\n</article>\n"


def facts_as_markdown() -> str:
    """The reference of everything a condition may read: the facts by group, then the parameters."""
    lines: list[str] = []
    for group in GROUPS:
        lines += [f"## `{group}`", "", "| fact | type | meaning | example |", "|---|---|---|---|"]
        for fact in GROUPS[group].values():
            example = json.dumps(example_of(fact))
            lines.append(f"| `{fact.path}` | {fact.type} | {_cell(fact.sentence)} | `{example}` |")
        lines.append("")
    lines += ["## `params`", "", "| parameter | type | meaning | acts |", "|---|---|---|---|"]
    lines += [
        f"| `params.{name}` | {PARAMETER_TYPES[name]} | {_cell(setting.sentence)} | {_acting(setting)} |"
        for setting in SETTINGS
        for name, _ in setting.reads
    ]
    return "\n".join(lines) + "\n"


def _identity(compiled: CompiledBook, effective_from: date | None) -> list[tuple[str, str]]:
    effective = effective_from.isoformat() if effective_from else "not in force yet"
    return [("Version", str(compiled.book.version)), ("In force from", effective), ("Hash", compiled.hash)]


def _sections(compiled: CompiledBook, changes: Iterable[Change]) -> Iterator[tuple[str, list[str]]]:
    book, unread = compiled.book, unread_settings(compiled)
    if changed := [one.sentence for one in changes]:
        yield "What changed", changed
    yield (
        "How a decision is made",
        [
            "Every rule for the request is checked. Of those that apply, the one with the strongest outcome decides; "
            "the reasons of all are told.",
            *(f"{outcome}: {effect}" for outcome, effect in OUTCOMES.items()),
            f"Where no rule applies: {OUTCOMES[book.default_outcome]}",
        ],
    )
    words = parameter_words(book.parameters)
    sentences = [
        f"{setting.sentence.split('. ')[0].rstrip('.')}: {words[setting.name]}"
        for setting in SETTINGS
        if setting.name in words and setting not in unread
    ]
    yield "The parameters", [*sentences, *override_words(book.parameters)]
    if book.custom:
        yield "The custom fields that the rules read", [f"{one.path}: {CUSTOM_TYPES[one.type]}" for one in book.custom]


def _told(rule: Rule, book: RuleBook) -> tuple[str, list[tuple[str, str]]]:
    statement, remedy = published_sentences(rule, book)
    details = [
        ("When", " ".join(ACTIONS[action] for action in rule.on)),
        ("What happens", OUTCOMES[rule.outcome]),
        ("What you can do", remedy),
        ("Reason code", rule.reason),
    ]
    return statement, [(word, text) for word, text in details if text]


def _definitions(pairs: list[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(word)}</dt><dd>{escape(text)}</dd>" for word, text in pairs) + "</dl>"


def _md(text: str) -> str:
    return " ".join(text.split()).translate(_MARKDOWN_SIGNS)


def _acting(setting: Setting) -> str:
    return "where a rule reads it" if setting.name in rules_acting() else "by itself"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
