"""A lifecycle is the only judge of what may happen next."""

import pytest

from ecosystem_api.kernel.lifecycle import Lifecycle
from ecosystem_api.kernel.problem import IllegalMove

STATES = ("draft", "submitted", "approved", "closed")
MOVES = {
    "submit": {"draft": "submitted"},
    "approve": {"submitted": "approved"},
    "renew": {"approved": "approved"},
    "close": {"draft": "closed", "submitted": "closed", "approved": "closed"},
}
DEAL = Lifecycle("deal_registration", STATES, MOVES)


def test_a_legal_move_leads_to_its_state() -> None:
    assert DEAL.move("draft", "submit") == "submitted"
    assert DEAL.move("approved", "renew") == "approved"


def test_allowed_actions_come_in_the_order_they_were_declared() -> None:
    assert DEAL.allowed("approved") == ("renew", "close")
    assert DEAL.allowed("closed") == ()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", [*MOVES, "unheard_of"])
def test_a_move_succeeds_exactly_when_it_is_allowed(state: str, action: str) -> None:
    if action in DEAL.allowed(state):
        assert DEAL.move(state, action) in STATES
    else:
        with pytest.raises(IllegalMove):
            DEAL.move(state, action)


def test_an_illegal_move_names_the_state_and_what_is_allowed_instead() -> None:
    with pytest.raises(IllegalMove) as refusal:
        DEAL.move("draft", "approve")
    body = refusal.value.body("req_1", "https://docs.example")
    assert (
        body["detail"] == "A deal registration that is 'draft' does not allow 'approve'; allowed here: submit, close."
    )
    assert body["allowed_actions"] == ["submit", "close"]
    assert body["status"] == 409


def test_an_illegal_move_from_a_final_state_says_that_it_is_final() -> None:
    with pytest.raises(IllegalMove, match="this state is final") as refusal:
        DEAL.move("closed", "approve")
    assert refusal.value.extra == {"allowed_actions": []}


def test_an_unknown_state_is_a_fault_of_the_program_not_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no state 'lost'; it has draft"):
        DEAL.move("lost", "close")


@pytest.mark.parametrize(
    ("states", "moves", "fault"),
    [
        ([], {}, "at least one state"),
        (["a", "a"], {"go": {"a": "a"}}, "listed twice"),
        (["a"], {"go": {"a": "b"}}, "unknown state 'b'"),
        (["a"], {"go": {"b": "a"}}, "unknown state 'b'"),
        (["a", "b", "c"], {"go": {"a": "b"}}, "'c' takes part in no move"),
        (["a", "b"], {"go": {"a": "b"}, "stay": {}}, "'stay' has no moves"),
        (["A", "b"], {"go": {"A": "b"}}, "'A' is not lower snake case"),
        (["a", "b"], {"go on": {"a": "b"}}, "'go on' is not lower snake case"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_at_construction(
    states: list[str], moves: dict[str, dict[str, str]], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        Lifecycle("thing", states, moves)


def test_changing_the_tables_it_was_made_from_does_not_change_a_lifecycle() -> None:
    states, moves = ["a", "b"], {"go": {"a": "b"}}
    made = Lifecycle("thing", states, moves)
    states.append("c")
    moves["go"]["a"] = "a"
    moves["stop"] = {"a": "a"}
    assert made.move("a", "go") == "b"
    assert made.allowed("a") == ("go",)
