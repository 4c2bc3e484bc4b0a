"""`expand=`: what an answer refers to by id, put beside that id, as the same caller would read it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.reading.listing import Found
from ecosystem_api.runtime.reading.shape import named

Answers = Callable[[Tx, Caller, Collection[UUID]], Awaitable[Mapping[UUID, str]]]
"""The JSON of a room's resources by id, of those that the caller may see."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """One relation: the column that holds the id, the permission it takes to read what is there, and who writes it."""

    column: str
    permission: str
    answers: Answers


async def expand_all(
    tx: Tx, who: Caller, known: Mapping[str, Expansion], text: str | None, found: Sequence[Found]
) -> list[dict[str, str]]:
    """For each row the relations that `expand=` names, as JSON; null where there is none that the caller may see.

    Edges: one query per relation however many rows there are. Errors: `InvalidRequest` for a relation that is not
    known, `Forbidden` for one that the caller may not read.
    """
    added: list[dict[str, str]] = [{} for _ in found]
    for name in named("expand", text, known) if text is not None else ():
        relation = known[name]
        who.require(relation.permission)
        ids = {one.row[relation.column] for one in found} - {None}
        answers = await relation.answers(tx, who, ids)
        for one, more in zip(found, added, strict=True):
            more[name] = answers.get(one.row[relation.column], "null")
    return added
