"""Say what a book would decide of many cases at once: nothing is recorded, for nobody has asked yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.rules import UNASKED, Facts, decide, with_absent
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.service.books import book_in_force, compiled_book


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a book would decide of one case, and why, strongest reason first."""

    outcome: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Foresight:
    """A book and what it would decide, in the order of the cases."""

    rule_book_id: UUID
    book_hash: str
    cases: tuple[Foreseen, ...]


async def foresee(tx: Tx, action: str, cases: Sequence[Facts], *, rule_book_id: UUID | None = None) -> Foresight:
    """What a book would decide, the one in force by default. Errors: `NotFound` when there is none."""
    row = await book_in_force(tx) if rule_book_id is None else await store.find_book(tx, rule_book_id)
    if row is None:
        raise NotFound()
    book = await compiled_book(tx, row.id, row.content_hash)
    verdicts = [decide(book, action, with_absent(book.custom, {**UNASKED, **facts})) for facts in cases]
    return Foresight(row.id, book.hash, tuple(Foreseen(one.outcome, one.reasons) for one in verdicts))
