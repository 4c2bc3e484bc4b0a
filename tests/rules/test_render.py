"""What partners read is made of the data that decides, complete and harmless."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from ecosystem_api.rules import (
    DEFAULT_BOOK,
    FACTS,
    OUTCOMES,
    Parameters,
    ProtectionOverride,
    as_html,
    as_markdown,
    book_hash,
    compile_book,
    facts_as_markdown,
)
from ecosystem_api.rules.parameters import PARAMETER_TYPES

TextOf = Callable[..., str]


class Reader(HTMLParser):
    """The text a browser shows, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open, self.tags = "", [""], set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [""]
    return reader.text


@pytest.fixture(params=["markdown", "html"])
def text_of(request: pytest.FixtureRequest) -> TextOf:
    if request.param == "html":
        return lambda book, **more: shown(as_html(compile_book(book), **more))
    return lambda book, **more: as_markdown(compile_book(book), **more).replace("\\", "")


def test_the_text_has_every_statement_remedy_reason_and_outcome(text_of: TextOf) -> None:
    text = text_of(DEFAULT_BOOK)
    for rule in DEFAULT_BOOK.rules:
        assert rule.reason in text
        if "{" not in rule.statement + rule.remedy:
            assert rule.statement in text
            assert rule.remedy in text
    assert all(effect in text for effect in OUTCOMES.values())


def test_the_text_has_the_version_the_hash_and_the_day_it_takes_effect(text_of: TextOf) -> None:
    book = replace(DEFAULT_BOOK, version=12)
    text = text_of(book, effective_from=date(2026, 4, 1))
    assert "12" in text
    assert book_hash(book) in text
    assert "2026-04-01" in text
    assert "not in force yet" in text_of(book)


def test_the_text_speaks_of_the_parameters_as_they_are_set(text_of: TextOf) -> None:
    override = ProtectionOverride(days=180, persona="gsi", country="BR")
    parameters = Parameters(capacity=17, vendor_engagement_days=1, protection_overrides=(override,))
    text = text_of(replace(DEFAULT_BOOK, parameters=parameters))
    assert "limited (limit: 17)" in text
    assert "last active within 1 day," in text
    assert "180 days for persona gsi and country BR" in text
    assert "Complete: the fields still missing." in text
    assert "{" not in text


def test_a_limit_that_no_rule_keeps_is_not_told(text_of: TextOf) -> None:
    limits = {
        "extension_limit": "How often a protection may be extended at the partner's request: 2 times",
        "extension_window_days": "How long before the end of protection an extension can be asked for: 30 days",
        "amendment_material": "Fields of a registration whose amendment is material: account, amount",
    }
    told = text_of(DEFAULT_BOOK)
    assert all(sentence in told for sentence in limits.values())
    rest = tuple(rule for rule in DEFAULT_BOOK.rules if rule.key not in ("extension_limit", "amendment_material"))
    minor = tuple(rule for rule in rest if rule.key != "amendment_minor")
    assert limits["amendment_material"] in text_of(replace(DEFAULT_BOOK, rules=rest, cases=())), (
        "the other one reads it too"
    )
    less = text_of(replace(DEFAULT_BOOK, rules=minor, cases=()))
    assert [sentence in less for sentence in limits.values()] == [False, True, False]
    assert "How long an approved registration is protected: 90 days" in text_of(
        replace(DEFAULT_BOOK, rules=(), cases=())
    )


def test_text_of_the_vendor_cannot_become_markup() -> None:
    nasty = "<script>alert(1)</script> [x](javascript:1) # *b*\n# Heading"
    rule = replace(DEFAULT_BOOK.rules[0], key="nasty", statement=nasty, remedy=nasty)
    book = compile_book(replace(DEFAULT_BOOK, name=nasty, rules=(rule,)))
    reader = Reader()
    reader.feed(as_html(book))
    assert "script" not in reader.tags
    markdown = as_markdown(book)
    assert "\\<script\\>" in markdown
    assert "\\[x\\](javascript:1)" in markdown
    assert "\n# Heading" not in markdown


def test_the_same_book_gives_the_same_text() -> None:
    one, other = (compile_book(DEFAULT_BOOK) for _ in range(2))
    assert as_markdown(one) == as_markdown(other)
    assert as_html(one) == as_html(other)


def test_the_reference_lists_every_fact_and_parameter_once() -> None:
    reference = facts_as_markdown()
    for path in [fact.path for fact in FACTS] + [f"params.{name}" for name in PARAMETER_TYPES]:
        assert reference.count(f"| `{path}` |") == 1
