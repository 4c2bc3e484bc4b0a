"""What rooms offer is whole: nothing is kept without leaving, counted without columns, or told without words."""

from typing import Any, Literal, TypeVar, cast
from uuid import uuid4

from pydantic import BaseModel, Field
from sqlalchemy import Select, literal, select

import ecosystem_api.app
from ecosystem_api.kernel.problem import Problem, every_problem
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.area import Area, Catalog, Exports, Fact, Handler
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.event import Event
from tests.house.checks import judged
from tests.house.checks.offers import (
    facts_fixed,
    news_heard,
    news_offered,
    news_told,
    reasons_explained,
    refusals_told,
    tables_offered,
)
from tests.makers import House

assert ecosystem_api.app, "the whole house is open: every class it defines is known"
OURS = "ecosystem_api"
Kind = TypeVar("Kind")
_OF_BOOKS = "the codes of a book, by its author; they become reasons where it is judged by"
_PROSE = "a sentence, no code"
WORDS_OF_OTHERS = {
    "AmendmentCreate.reason": _PROSE,
    "AmendmentRead.reason": _PROSE,
    "CaseResultRead.expected_reasons": _OF_BOOKS,
    "CaseResultRead.reasons": _OF_BOOKS,
    "GoldenCaseWrite.reasons": _OF_BOOKS,
    "PublicationRead.reason": _PROSE,
    "RuleBookPublish.reason": _PROSE,
    "RuleRead.reason": _OF_BOOKS,
    "RuleWrite.reason": _OF_BOOKS,
    "SimulationFailed.reason": _PROSE,
}
RUNTIME_TABLES = {
    "counters": "running numbers leave on the records that carry them",
    "deliveries": "work owed inside the service, not data of the vendor",
    "ended_tokens": "ids of tokens that ended, kept for minutes",
    "event_heads": "the feed's length, which the feed itself tells",
    "events": "leave through the event feed",
    "idempotency_keys": "sealed answers kept for a day",
    "rate_buckets": "what is left of budgets, for minutes",
    "signing_keys": "private keys leave with nobody",
    "tenants": "which vendors exist is the installation's matter",
    "worker_beats": "signs of life of processes",
}


def test_every_table_leaves_with_its_owner_or_says_why_not(offers: Catalog) -> None:
    mapped = {
        cast(Any, mapper.local_table).name: mapper.class_.__module__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(OURS)
    }
    assert len(mapped) > 10
    judged(tables_offered(offers.areas, mapped), RUNTIME_TABLES)


def test_every_fact_has_the_fixed_columns(offers: Catalog) -> None:
    judged(facts_fixed(offers.facts.values()))


async def test_every_fact_runs_on_the_database(offers: Catalog, house: House) -> None:
    async with house.machinery.database.transaction(uuid4()) as tx:
        for fact in offers.facts.values():
            assert list(await tx.session.execute(fact.select.limit(1))) == []


def test_every_event_is_told_in_words(offers: Catalog) -> None:
    assert len(offers.events) >= 10
    judged(news_told(offers.events.values()))


def test_every_event_class_is_offered(offers: Catalog) -> None:
    made = [event for event in _below(Event) if event.__module__.startswith(OURS)]
    judged(news_offered(made, set(offers.events.values())))


def test_every_heard_event_is_made(offers: Catalog) -> None:
    judged(news_heard(offers.areas, offers.events.keys()))


def test_every_refusal_says_one_sentence_under_its_own_code() -> None:
    ours = [problem for problem in every_problem() if problem.__module__.startswith(OURS)]
    assert len(ours) >= 20
    judged(refusals_told(ours))


def test_every_reason_code_is_explained() -> None:
    told = [model for model in _below(BaseModel) if model.__module__.startswith(OURS)]
    assert len(told) > 100
    judged(reasons_explained(told), WORDS_OF_OTHERS)


def test_a_kept_table_is_noticed() -> None:
    class Thing:
        __tablename__ = "things"

    class Secret:
        __tablename__ = "secrets"

    area = Area("a/b", tables=(Thing, Secret), exports=(Exports("secrets", withheld=" "), Exports("ghosts")))
    assert set(tables_offered([area], {"strays": "a.b.tables"})) == {"things", "secrets", "ghosts", "strays"}
    whole = Area("a/b", tables=(Thing, Secret), exports=(Exports("things"), Exports("secrets", withheld="secret")))
    assert tables_offered([whole], {"things": "a.b.tables"}) == {}
    assert set(tables_offered([whole, whole], {})) == {"things", "secrets"}


def test_a_fact_of_another_shape_is_noticed() -> None:
    right = cast(Select[Any], select(*(literal(1).label(name) for name in Fact.COLUMNS)))
    wrong = cast(Select[Any], select(literal(1).label("vendor_id"), literal(2).label("value")))
    facts = [
        Fact("good", "Counts.", "deals", right),
        Fact("bad", "Counts.", "deals", wrong),
        Fact("mute", "", "x", right),
    ]
    assert set(facts_fixed(facts)) == {"bad", "mute"}


def test_untold_and_unheard_news_are_noticed() -> None:
    class Nameless(Event):
        """A thing happened."""

        type = "Thing-Happened"

    class Wordless(Event):
        type = "thing.happened"

    class Fieldless(Event):
        """Another thing happened."""

        type = "thing.changed"
        what: str
        why: str = Field(description="The reason.")

    assert set(news_told([Nameless, Wordless, Fieldless])) == {
        "Thing-Happened", "thing.happened", "thing.changed.what"
    }  # fmt: skip
    assert set(news_offered([Wordless, Fieldless], {Fieldless})) == {"thing.happened"}
    handler = Handler("b.listen", cast(Any, None), on=("thing.changed", "thing.dreamt"))
    assert set(news_heard([Area("a/b", handlers=(handler,))], {"thing.changed"})) == {"b.listen on thing.dreamt"}


def test_an_unexplained_reason_is_noticed() -> None:
    class Answer(BaseModel):
        reason: str
        lost_reason: str | None
        reasons: list[str]
        ended_reason: Literal["won", "lost"] | None
        reasons_of_rules: list[str]
        rejection_reasons: list[Reason] | None

    assert set(reasons_explained([Answer])) == {"Answer.reason", "Answer.lost_reason", "Answer.reasons"}


def test_a_mumbled_refusal_is_noticed() -> None:
    def refusal(doc: str | None, **members: Any) -> type[Problem]:
        return type("Refusal" + str(len(made)), (Problem,), {"__doc__": doc, "__module__": "tests", **members})

    made: list[type[Problem]] = []
    good = {"code": "no", "title": "No", "status": 409}
    for doc, members in [
        ("The thing is taken.", good),
        ("The thing is taken again.", good),
        ("taken", good | {"code": "b"}),
        ("The thing is taken without a title.", {"code": "c", "status": 409}),
        ("The thing is taken without a code.", {"title": "No", "status": 409}),
        ("The thing is no refusal.", {"code": "e", "title": "Yes", "status": 200}),
    ]:
        made.append(refusal(doc, **members))
    assert set(refusals_told(made)) == {f"tests.Refusal{number}" for number in (1, 2, 3, 4, 5)}


def _below(kind: type[Kind]) -> list[type[Kind]]:
    return [found for child in kind.__subclasses__() for found in (child, *_below(child))]
