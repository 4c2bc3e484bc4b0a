"""Search by words: each room keeps the words of its rows in a table of its own, under the same policy as the rows.

Why words and not a full-text or trigram index: under row-level security PostgreSQL asks an index only by operators that
cannot leak what they compare, and of those only the plain comparisons of text are such. A word that begins with "ac"
lies between "ac" and what follows it, so a B-tree finds it for every reader, and nobody needs to bypass a policy.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ARRAY, Text, all_, and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.kernel.names import words_of
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.database import Base, Tx
from ecosystem_api.runtime.statement import Writes, given

MOST_WORDS: Final = 8
WORD: Final = Text(collation="C")  # compared by bytes, so that a beginning is a range
_BEYOND: Final = "\U0010ffff"  # no letter, and after every letter
_BEGINS, _BEFORE = "q_begins", "q_before"

Matches = Callable[[Any], Any]
"""The condition on a column of words, for one of the words that are looked for."""


def searched(find: Callable[[Tx, Matches], Any]) -> Mapping[str, Callable[[Tx], Any]]:
    """The filters of a list that `wanted_words` asks for.

    Shape: `find(tx, matches)` is the condition that a row has a word for which `matches(column of words)` is true.
    """

    def whole(name: str) -> Callable[[Tx], Any]:
        return lambda tx: find(tx, lambda word: word == given(name, WORD))

    def begins(word: Any) -> Any:
        return and_(word >= given(_BEGINS, WORD), word < given(_BEFORE, WORD))

    filters = {name: whole(name) for name in (f"q_word_{place}" for place in range(MOST_WORDS - 1))}
    return {**filters, _BEGINS: lambda tx: find(tx, begins)}


def wanted_words(text: str | None) -> dict[str, str]:
    """What `q` asks of a list: rows that have all its words, the last of which may be the beginning of one.

    Errors: `InvalidRequest` without any letter or digit, or with too many words.
    """
    if text is None:
        return {}
    words = words_of(text)
    if not words:
        raise InvalidRequest(errors=[FieldError("q", "no_word", "Send at least one letter or digit.")])
    if len(words) > MOST_WORDS:
        raise InvalidRequest(errors=[FieldError("q", "too_many_words", f"Send at most {MOST_WORDS} words.")])
    *before, last = words
    wanted = {f"q_word_{place}": word for place, word in enumerate(before)}
    return {**wanted, _BEGINS: last, _BEFORE: last + _BEYOND}


def keep_words(
    writes: Writes, model: type[Base], texts: Iterable[str | None], *, is_new: bool = False, **own: Any
) -> None:
    """Let a row be found by exactly the words of these texts.

    Shape: `own` are the values of the table's other columns; those of its key say whose words these are.
    """
    words = sorted({word for text in texts if text for word in words_of(text)})
    if not is_new:
        names = {column.name for column in model.__table__.primary_key}
        key = {name: own[name] for name in sorted(own) if name in names}
        writes.add(_dropping(model, tuple(key)), words=words, **key)
    if words:
        writes.add(_putting(model, tuple(sorted(own))), words=words, **own)


@lru_cache(maxsize=64)
def _putting(model: type[Base], names: tuple[str, ...]) -> Any:
    columns = model.__table__.c

    def part(scope: Any, bound: Callable[[str, Any], Any]) -> Any:
        word = func.unnest(bound("words", ARRAY(WORD)))
        values = [bound(name, columns[name].type).label(name) for name in names]
        rows = select(scope.vendor_id.label("vendor_id"), word.label("word"), *values)
        return insert(model).from_select(["vendor_id", "word", *names], rows).on_conflict_do_nothing()

    return part


@lru_cache(maxsize=64)
def _dropping(model: type[Base], names: tuple[str, ...]) -> Any:
    columns = model.__table__.c

    def part(scope: Any, bound: Callable[[str, Any], Any]) -> Any:
        own = [columns[name] == bound(name, columns[name].type) for name in names]
        gone = columns.word != all_(bound("words", ARRAY(WORD)))
        return delete(model).where(columns.vendor_id == scope.vendor_id, *own, gone)

    return part
