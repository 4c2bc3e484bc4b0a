"""Lifecycles: which states a resource knows and which actions lead from one to another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ecosystem_api.kernel.problem import IllegalMove

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, eq=False)
class Lifecycle:
    """A table of moves that is the only judge of what may happen to a resource next.

    Shape: `moves` maps an action to the states it may start from and where each leads:
    `{"approve": {"submitted": "approved"}}`. The first state is where the resource begins; another state that no move
    enters is a further beginning.
    Errors: ValueError at construction when a name is not lower snake case, a state is listed twice or takes part in no
    move, a move names an unknown state, or an action has no moves.
    """

    name: str
    states: Sequence[str]
    moves: Mapping[str, Mapping[str, str]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))
        frozen = {action: MappingProxyType(dict(table)) for action, table in self.moves.items()}
        object.__setattr__(self, "moves", MappingProxyType(frozen))
        if faults := self._faults():
            raise ValueError(f"lifecycle {self.name!r}: " + "; ".join(faults))

    def allowed(self, state: str) -> tuple[str, ...]:
        """The actions that may be taken in a state, in the order they were declared.

        Errors: ValueError when the lifecycle does not know the state.
        """
        if state not in self.states:
            raise ValueError(f"lifecycle {self.name!r} has no state {state!r}; it has {', '.join(self.states)}")
        return tuple(action for action, table in self.moves.items() if state in table)

    def move(self, state: str, action: str) -> str:
        """The state that an action leads to.

        Errors: IllegalMove, naming the actions that are allowed instead; ValueError for an unknown state.
        """
        actions = self.allowed(state)
        if action in actions:
            return self.moves[action][state]
        instead = f"allowed here: {', '.join(actions)}" if actions else "this state is final"
        raise IllegalMove(
            f"A {self.name.replace('_', ' ')} that is {state!r} does not allow {action!r}; {instead}.",
            allowed_actions=list(actions),
        )

    def _faults(self) -> list[str]:
        known = set(self.states)
        mentioned = {state for table in self.moves.values() for pair in table.items() for state in pair}
        faults = [
            f"{name!r} is not lower snake case" for name in (*self.states, *self.moves) if not _NAME.fullmatch(name)
        ]
        if len(known) != len(self.states):
            faults.append("a state is listed twice")
        faults += [f"a move names the unknown state {state!r}" for state in sorted(mentioned - known)]
        faults += [f"the state {state!r} takes part in no move" for state in sorted(known - mentioned)]
        faults += [f"the action {action!r} has no moves" for action, table in self.moves.items() if not table]
        return faults if self.states else ["it needs at least one state"]
