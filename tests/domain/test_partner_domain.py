"""A partner's way, what it may say of itself, and circles in hierarchies."""

from itertools import pairwise
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.problem import IllegalMove
from ecosystem_api.network.partners.domain import (
    LIFECYCLE,
    OffboardReason,
    PartnerStatus,
    SuspendReason,
    find_way_round,
    judge_fields,
    judge_reason,
    refuse_cycle,
)
from ecosystem_api.network.partners.errors import FieldsNotPermitted, NoteRequired, RelationshipCycle


def test_the_whole_way_leads_from_prospect_to_active() -> None:
    status = "prospect"
    for action in ("apply", "start_onboarding", "activate"):
        status = LIFECYCLE.move(status, action)
    assert status == "active"


def test_suspension_is_left_by_reinstating_or_leaving_only() -> None:
    assert LIFECYCLE.allowed("suspended") == ("reinstate", "offboard")


def test_leaving_is_possible_from_everywhere_and_final() -> None:
    *before, last = get_args(PartnerStatus)
    assert {LIFECYCLE.move(status, "offboard") for status in before} == {last}
    assert LIFECYCLE.allowed(last) == ()
    with pytest.raises(IllegalMove) as refusal:
        LIFECYCLE.move(last, "offboard")
    assert refusal.value.extra["allowed_actions"] == []


@pytest.mark.parametrize("reason", [*get_args(SuspendReason), *get_args(OffboardReason), None])
def test_a_code_explains_itself_unless_it_is_other(reason: str | None) -> None:
    judge_reason(reason, "A note.")
    if reason == "other":
        with pytest.raises(NoteRequired):
            judge_reason(reason, None)
    else:
        judge_reason(reason, None)


def test_a_partner_says_what_it_can_do_and_the_vendor_says_anything() -> None:
    judge_fields(True, {"skills", "verticals", "regions", "cloud_platforms"})
    judge_fields(False, {"tier", "domains"})
    with pytest.raises(FieldsNotPermitted) as refusal:
        judge_fields(True, {"skills", "tier", "domains"})
    assert [error.pointer for error in refusal.value.errors] == ["/domains", "/tier"]


def ids(*numbers: int) -> list[UUID]:
    return [UUID(int=number) for number in numbers]


def test_the_way_round_names_every_partner_on_it() -> None:
    a, b, c, d = ids(1, 2, 3, 4)
    edges = {a: [b, d], b: [c]}
    assert find_way_round(c, a, edges) == [c, a, b, c]
    assert find_way_round(d, c, edges) is None
    assert find_way_round(a, c, edges) is None
    assert find_way_round(a, a, {}) == [a, a]


def test_a_cycle_is_refused_with_its_path() -> None:
    refuse_cycle(None)
    with pytest.raises(RelationshipCycle) as refusal:
        refuse_cycle(["par_a", "par_b", "par_a"])
    assert refusal.value.extra["path"] == ["par_a", "par_b", "par_a"]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30))
def test_edges_added_only_without_a_way_round_never_form_a_circle(pairs: list[tuple[int, int]]) -> None:
    edges: dict[UUID, set[UUID]] = {}
    for source, target in (ids(*pair) for pair in pairs):
        way = find_way_round(source, target, edges)
        if way is None:
            edges.setdefault(source, set()).add(target)
        else:
            assert way[0] == way[-1] == source
            assert way[1] == target
            assert all(there in edges[here] for here, there in pairwise(way[1:]))
    below = {node: set(targets) for node, targets in edges.items()}
    while leaves := [node for node, targets in below.items() if not targets & below.keys()]:
        for leaf in leaves:
            del below[leaf]
    assert below == {}
