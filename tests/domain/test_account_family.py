"""Families over time: no circle on any day, no line without end, and what is proposed of whom."""

from datetime import date

import pytest

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.accounts.domain import MOST_LEVELS, Span, Tie, line_with, way_round
from ecosystem_api.market.recognition.domain import AccountView, judge_match, propose_tie

Y20, Y22, Y24, Y26 = (date(year, 1, 1) for year in (2020, 2022, 2024, 2026))


def test_spans_have_the_days_in_common_that_lie_in_both() -> None:
    assert Span(Y20, Y24).common(Span(Y22, None)) == Span(Y22, Y24)
    assert Span(None, Y22).common(Span()) == Span(None, Y22)
    assert Span(Y20, Y22).common(Span(Y22, Y24)) is None, "the last day is not in the span"


def test_nobody_stands_above_itself_directly_or_through_others() -> None:
    known = [Tie("b", "c"), Tie("a", "b")]
    assert way_round(Tie("c", "a"), known) == ("c", "a", "b", "c")
    assert way_round(Tie("a", "a"), []) == ("a", "a")
    assert way_round(Tie("d", "a"), known) is None


def test_a_circle_is_one_only_on_a_day_on_which_all_of_it_holds() -> None:
    known = [Tie("a", "b", Span(Y20, Y24)), Tie("b", "c", Span(Y22, Y26))]
    assert way_round(Tie("c", "a", Span(Y24, Y26)), known) is None, "a belongs to b no more"
    assert way_round(Tie("c", "a", Span(None, Y22)), known) is None, "b belongs to c not yet"
    assert way_round(Tie("c", "a", Span(None, None)), known) == ("c", "a", "b", "c")


@pytest.mark.parametrize("place", range(MOST_LEVELS))
def test_a_line_is_measured_above_and_below(place: int) -> None:
    line = [Tie(str(one), str(one + 1)) for one in range(MOST_LEVELS)]
    new = line.pop(place)
    assert line_with(new, line) == MOST_LEVELS


def test_what_held_on_other_days_makes_a_line_no_longer() -> None:
    known = [Tie("b", "c", Span(Y20, Y22)), Tie("b", "d", Span(Y22, None)), Tie("d", "e", Span(None, Y22))]
    assert line_with(Tie("a", "b", Span(Y24, None)), known) == 2


def _proposed(ours: str, theirs: str, **both: object) -> object:
    def view(account_id: str, name: str, country: str) -> AccountView:
        return AccountView(account_id, (normal_name(name),), name, country, **both)  # type: ignore[arg-type]

    match = judge_match(view("known", ours, "DE"), view("", theirs, str(both.pop("other", "DE"))))
    return propose_tie("new", match)


def test_what_a_name_begins_with_is_proposed_as_its_parent() -> None:
    assert _proposed("Contoso", "Contoso Marine GmbH") == ("new", "known", "name_begins")
    assert _proposed("Contoso Marine", "Contoso") == ("known", "new", "name_begins")
    assert _proposed("Contoso Marine", "Contoso Rail") is None
    assert _proposed("International", "International Services") is None, "a trade begins no family"
    assert _proposed("Contoso", "Fabrikam") is None


def test_a_domain_in_two_countries_proposes_who_had_it_first() -> None:
    ours = AccountView("known", ("contoso",), "Contoso", "DE", frozenset({"contoso.com"}))
    theirs = AccountView("", ("fabrikam",), "Fabrikam", "FR", frozenset({"contoso.com"}))
    assert propose_tie("new", judge_match(ours, theirs)) == ("new", "known", "shared_domain")
    same = AccountView("", ("contoso",), "Contoso", "DE", frozenset({"contoso.com"}))
    assert propose_tie("new", judge_match(ours, same)) is None, "one company is no family"
