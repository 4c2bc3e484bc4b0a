"""Writes: one row by one statement, or every INSERT and UPDATE of a use case in one round trip."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.runtime.database import Base, Tx
from ecosystem_api.runtime.statement.compiled import Statement


def inserting(model: type[Base], *columns: str, unless_there: bool = False) -> Statement:
    """The INSERT of one row of a table with these columns besides the vendor's; the others get their defaults.

    Edges: with `unless_there` a row that any constraint keeps out is left out silently; the answer has the vendor's
    column for a row that was inserted, and nothing for one that was not.
    """

    def build(scope: Any) -> Any:
        table: Any = model.__table__
        values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
        statement = insert(table).values(vendor_id=scope.vendor_id, **values)
        return statement.on_conflict_do_nothing().returning(table.c.vendor_id) if unless_there else statement

    return Statement(build)


def inserting_all(model: type[Base], *columns: str) -> Statement:
    """The INSERT of any number of rows of a table, each column's values given as one list.

    Edges: a value that is a list itself is given as PostgreSQL writes one, `{a,b}`: a list of lists would come apart.
    """
    kinds = {name: model.__table__.c[name].type for name in columns}

    def one_each(name: str) -> Any:
        kind = kinds[name]
        is_list = isinstance(kind, ARRAY)
        one = func.unnest(bindparam(name, type_=ARRAY(Text() if is_list else kind)))
        return (cast(one, kind) if is_list else one).label(name)

    def build(scope: Any) -> Any:
        rows = select(scope.vendor_id.label("vendor_id"), *map(one_each, columns))
        return insert(model).from_select(["vendor_id", *columns], rows)

    return Statement(build)


class Writes:
    """Rows to be written together: every INSERT and UPDATE of a use case in one round trip, in no order of its own.

    Shape: `writes.insert(Row, id=…)`, `writes.change(Row, row.id, status=…)`, then `await writes.send(tx)`. A use case
    sends once, when all that it read has been judged. Edges: rows of one sending may refer to each other, for
    PostgreSQL checks references when all are written; they cannot read each other. Errors: those of the statements.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[_Part, dict[str, Any]]] = []

    def insert(self, model: type[Base], /, **values: Any) -> None:
        """A new row; columns left out get their defaults."""
        self._parts.append(((_insert, model, tuple(values)), values))

    def change(self, model: type[Base], row_id: UUID, /, **values: Any) -> None:
        """New values of one row."""
        self._parts.append(((_update, model, tuple(values)), {**values, "row_id": row_id}))

    def add(self, part: "Callable[[Any, Callable[[str, Any], Any]], Any]", **values: Any) -> None:
        """A statement of its own form: `part(tx, bound)` builds it, with `bound(name, type)` for each value."""
        self._parts.append(((part, None, tuple(values)), values))

    async def send(self, tx: Tx) -> None:
        """Write all of it now. Nothing is left to send afterwards."""
        parts, self._parts = self._parts, []
        if parts:
            values = {f"{name}_{place}": value for place, (_, own) in enumerate(parts) for name, value in own.items()}
            await _together(tuple(part for part, _ in parts)).rows(tx, **values)


_Part = tuple[Callable[..., Any], type[Base] | None, tuple[str, ...]]


@lru_cache(maxsize=512)
def _together(parts: tuple[_Part, ...]) -> Statement:
    """The one statement for this combination of writes; there are as many as use cases have endings."""

    def build(scope: Any) -> Any:
        written = []
        for place, (form, model, names) in enumerate(parts):

            def bound(name: str, type_: Any, place: int = place) -> Any:
                return bindparam(f"{name}_{place}", type_=type_)

            statement = form(scope, bound) if model is None else form(scope, bound, model, names)
            written.append(statement.cte(f"written_{place}"))
        return select(literal(1)).add_cte(*written)

    return Statement(build)


def _insert(scope: Any, bound: Callable[[str, Any], Any], model: type[Base], names: tuple[str, ...]) -> Any:
    columns = model.__table__.c
    values = {name: bound(name, columns[name].type) for name in names}
    return insert(model.__table__).values(vendor_id=scope.vendor_id, **values)  # type: ignore[arg-type]  # a mapped class has a real table


def _update(scope: Any, bound: Callable[[str, Any], Any], model: type[Base], names: tuple[str, ...]) -> Any:
    columns = model.__table__.c
    statement = update(model.__table__).where(  # type: ignore[arg-type]  # a mapped class has a real table
        columns.vendor_id == scope.vendor_id, columns.id == bound("row_id", Uuid())
    )
    return statement.values({name: bound(name, columns[name].type) for name in names})
