"""The matching law: which evidence makes two descriptions one customer, one family, a question, or two companies."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.recognition.domain import (
    BANDS,
    WEIGHTS,
    AccountView,
    Band,
    EvidenceKind,
    Match,
    Outcome,
    judge_match,
    rank_matches,
)
from ecosystem_api.market.recognition.domain import match as match_module

LEI_ONE, LEI_TWO = ("lei", "5493001KJTIIGC8Y1R12"), ("lei", "HWUPKR0MPOU8FGXBT394")
DUNS_ONE, DUNS_TWO = ("duns", "150483782"), ("duns", "804735132")


def account(id: str, *names: str, **known: Any) -> AccountView:  # noqa: A002 - the field's name
    for field in ("domains", "identifiers"):
        known[field] = frozenset(known.get(field, ()))
    return AccountView(id, tuple(normal_name(name) for name in names), names[0] if names else id, **known)


def kinds(match: Match) -> list[str]:
    return [found.kind for found in match.evidence]


def test_a_shared_legal_id_is_the_same_customer_whatever_the_name() -> None:
    match = judge_match(
        account("a", "Facebook Inc", country="US", identifiers=[LEI_ONE]),
        account("b", "Meta Platforms", country="IE", identifiers=[LEI_ONE]),
    )
    assert (match.outcome, match.score, kinds(match)) == ("same", 100, ["same_legal_id"])


def test_a_record_that_contradicts_itself_goes_to_a_person() -> None:
    match = judge_match(
        account("a", "Acme", country="US", identifiers=[LEI_ONE, DUNS_ONE]),
        account("b", "Acme", country="US", identifiers=[LEI_ONE, DUNS_TWO]),
    )
    assert match.outcome == "possible"
    assert kinds(match)[:2] == ["same_legal_id", "different_legal_id"]


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome"),
    [
        ({"domains": ["acme.com"]}, {"domains": ["acme.com"]}, "same_family"),
        ({"parent_id": "p"}, {"parent_id": "p"}, "same_family"),
        ({}, {}, "possible"),
    ],
)
def test_different_legal_ids_are_never_the_same_customer(
    ours: dict[str, Any], theirs: dict[str, Any], outcome: Outcome
) -> None:
    match = judge_match(
        account("a", "Acme", country="US", identifiers=[DUNS_ONE], **ours),
        account("b", "Acme", country="US", identifiers=[DUNS_TWO], **theirs),
    )
    assert match.outcome == outcome


def test_numbers_of_two_registers_are_no_contradiction() -> None:
    match = judge_match(
        account("a", "Acme", country="US", identifiers=[("company_number", "US-DE:1")]),
        account("b", "Acme", country="US", identifiers=[("company_number", "GB:2")]),
    )
    assert match.outcome == "same"


def test_one_of_several_numbers_in_common_is_no_contradiction() -> None:
    match = judge_match(
        account("a", "Acme", identifiers=[DUNS_ONE, DUNS_TWO]), account("b", "Other", identifiers=[DUNS_TWO])
    )
    assert kinds(match) == ["same_legal_id"]


@pytest.mark.parametrize(("country", "outcome"), [("US", "same"), (None, "same"), ("DE", "same_family")])
def test_a_shared_domain_is_the_same_customer_unless_the_countries_differ(
    country: str | None, outcome: Outcome
) -> None:
    match = judge_match(
        account("a", "Hewlett Packard Enterprise", country="US", domains=["hpe.com"]),
        account("b", "HPE", country=country, domains=["hpe.com", "hp.com"]),
    )
    assert (match.outcome, kinds(match)) == (outcome, ["same_domain"])


def test_one_name_in_one_country_is_the_same_customer() -> None:
    match = judge_match(account("a", "IBM Canada Ltd.", country="CA"), account("b", "IBM Canada Limited", country="CA"))
    assert (match.outcome, match.score, kinds(match)) == ("same", 80, ["same_name_and_country"])


@pytest.mark.parametrize(("parent", "outcome"), [(None, "different"), ("b", "same_family")])
def test_what_a_person_said_stands_before_all_that_looks_alike(parent: str | None, outcome: Outcome) -> None:
    ours = account("a", "Acme", country="US", domains=["acme.com"], parent_id=parent, distinct_ids=frozenset({"b"}))
    theirs = account("b", "Acme", country="US", domains=["acme.com"])
    assert judge_match(ours, theirs).outcome == judge_match(theirs, ours).outcome == outcome


def test_a_missing_space_is_no_other_name() -> None:
    match = judge_match(
        account("a", "PricewaterhouseCoopers LLP", country="CA"), account("b", "Pricewaterhouse Coopers", country="CA")
    )
    assert match.outcome == "same"


def test_words_in_another_order_are_only_similar() -> None:
    match = judge_match(account("a", "Acme Northern", country="CA"), account("b", "Northern Acme", country="CA"))
    assert (match.outcome, kinds(match)) == ("possible", ["similar_name"])


def test_one_name_and_country_but_domains_that_differ_is_a_question() -> None:
    match = judge_match(
        account("a", "Delta", country="US", domains=["delta.com"]),
        account("b", "Delta Inc", country="US", domains=["deltafaucet.com"]),
    )
    assert match.outcome == "possible"
    assert "domains differ" in match.evidence[0].sentence


@pytest.mark.parametrize("country", [None, "GB"])
def test_one_name_without_agreement_on_the_country_is_a_question(country: str | None) -> None:
    match = judge_match(account("a", "Acme Ltd", country="IE"), account("b", "Acme", country=country))
    assert (match.outcome, kinds(match)) == ("possible", ["same_name_other_country"])


def test_an_alias_counts_as_a_name_and_a_little_less() -> None:
    by_alias = judge_match(
        account("a", "Meta Platforms", "Facebook", country="US"), account("b", "Facebook Inc", country="US")
    )
    by_name = judge_match(account("a", "Facebook", country="CA"), account("b", "Facebook Inc", country=None))
    assert (by_alias.outcome, kinds(by_alias)) == ("same", ["same_name_and_country", "alias"])
    assert kinds(by_name) == ["same_name_other_country"]


def test_a_customers_own_name_is_preferred_to_an_equal_alias() -> None:
    match = judge_match(account("a", "Acme", "Acme Limited", country="US"), account("b", "Acme", country="US"))
    assert kinds(match) == ["same_name_and_country"]


@pytest.mark.parametrize(("country", "outcome"), [("CA", "possible"), (None, "possible"), ("FR", "different")])
def test_a_similar_name_is_a_question_where_countries_do_not_differ(country: str | None, outcome: Outcome) -> None:
    match = judge_match(
        account("a", "Nisha Technologies", country="CA"), account("b", "Nisha Techonolgies", country=country)
    )
    assert (match.outcome, kinds(match)) == (outcome, ["similar_name"])


def test_companies_of_one_trade_and_place_are_two_companies() -> None:
    match = judge_match(account("a", "Bell Canada", country="CA"), account("b", "Lee Canada Inc.", country="CA"))
    assert match == Match("a", "different", 0, ())


def test_companies_that_begin_with_one_word_are_a_question_and_never_one_by_themselves() -> None:
    match = judge_match(account("a", "Bell Canada", country="CA"), account("b", "Bell Mobility Inc.", country="CA"))
    assert (match.outcome, kinds(match)) == ("possible", ["similar_name"])


def test_a_company_is_not_its_parent_even_under_its_name() -> None:
    parent = account("p", "Acme", country="US", domains=["acme.com"])
    child = account("c", "Acme Inc", country="US", domains=["acme.com"], parent_id="p")
    assert judge_match(parent, child).outcome == judge_match(child, parent).outcome == "same_family"
    assert "recorded as the parent" in judge_match(parent, child).evidence[-1].sentence


def test_children_of_one_parent_are_a_family_unless_name_and_country_agree() -> None:
    mobility = account("m", "Bell Mobility", country="CA", domains=["bell.ca"], parent_id="bce")
    canada = account("c", "Bell Canada", country="CA", domains=["bell.ca"], parent_id="bce")
    twin = account("t", "Bell Canada Inc", country="CA", parent_id="bce")
    assert judge_match(mobility, canada).outcome == "same_family"
    assert judge_match(canada, twin).outcome == "same"


def test_nothing_in_common_is_different_with_no_evidence() -> None:
    assert judge_match(account("a", "Acme"), account("b", "Zenith")) == Match("a", "different", 0, ())


def test_nameless_descriptions_are_not_alike() -> None:
    assert judge_match(account("a", "!!!", country="US"), account("b", "???", country="US")).outcome == "different"


def test_evidence_says_whose_word_is_whose() -> None:
    match = judge_match(
        account("a", "Acme", identifiers=[DUNS_ONE]), account("b", "Acme Holdings", identifiers=[DUNS_TWO])
    )
    found = match.evidence[0]
    assert (found.ours, found.theirs) == ("150483782", "804735132")
    assert found.sentence == "The DUNS number differs: theirs is 804735132, ours 150483782."


def test_the_ranking_is_by_score_and_then_by_id() -> None:
    subject = account("s", "Acme", country="US", domains=["acme.com"])
    candidates = [
        account("z", "Zenith", country="US"),
        account("b", "Acme", country="US"),
        account("a", "Acme", country="US"),
        account("d", "Acme", country="US", domains=["acme.com"]),
        account("n", "Acme", country="FR"),
    ]
    assert [match.account_id for match in rank_matches(subject, candidates)] == ["d", "a", "b", "n", "z"]


def test_every_kind_of_evidence_has_a_weight_that_the_docstring_publishes() -> None:
    assert set(WEIGHTS) == set(get_args(EvidenceKind))
    published = " ".join((match_module.__doc__ or "").split())
    for kind, weight in WEIGHTS.items():
        assert f"{kind} {weight:+d}" in published
    for outcome, (low, high) in BANDS.items():
        assert f"`{outcome}` {low}-{high}" in published


_VIEWS = st.builds(
    AccountView,
    id=st.sampled_from(["a", "b", "c"]),
    names=st.lists(
        st.sampled_from(["acme", "acme canada", "acmee", "bell canada", "bell mobility", "a c me", "canada acme", ""]),
        max_size=3,
    ).map(tuple),
    display_name=st.just("Acme"),
    country=st.sampled_from([None, "CA", "US"]),
    domains=st.frozensets(st.sampled_from(["acme.com", "bell.ca"])),
    identifiers=st.frozensets(st.sampled_from([LEI_ONE, LEI_TWO, DUNS_ONE, DUNS_TWO])),
    parent_id=st.sampled_from([None, "a", "b", "p"]),
)


@given(_VIEWS, _VIEWS)
def test_the_outcome_is_the_same_whoever_asks(one: AccountView, other: AccountView) -> None:
    there, back = judge_match(one, other), judge_match(other, one)
    assert (there.outcome, there.score, kinds(there)) == (back.outcome, back.score, kinds(back))


@given(_VIEWS, _VIEWS)
def test_the_score_never_contradicts_the_outcome_or_its_evidence(one: AccountView, other: AccountView) -> None:
    match = judge_match(one, other)
    low, high = BANDS[match.outcome]
    assert low <= match.score <= high
    assert match.score == min(max(sum(found.weight for found in match.evidence), low), high)
    if "different_legal_id" in kinds(match):
        assert match.outcome != "same"
    if match.outcome != "different":
        assert match.evidence
    assert all(found.sentence.endswith(".") for found in match.evidence)


@pytest.mark.parametrize(("auto_link", "outcome"), [(80, "same"), (85, "possible")])
def test_a_vendor_says_from_which_score_on_a_match_is_acted_on(auto_link: int, outcome: Outcome) -> None:
    pair = account("a", "Acme", country="US"), account("b", "Acme Inc", country="US")
    match = judge_match(*pair, band=Band(auto_link=auto_link))
    assert (match.outcome, match.score) == (outcome, {"same": 80, "possible": 59}[outcome])


@pytest.mark.parametrize(("floor", "outcome"), [(0.75, "possible"), (0.9, "different")])
def test_a_vendor_says_from_which_similarity_on_a_person_looks(floor: float, outcome: Outcome) -> None:
    pair = account("a", "Bell Canada", country="CA"), account("b", "Bell Mobility", country="CA")
    assert judge_match(*pair, band=Band(review_floor=floor)).outcome == outcome
