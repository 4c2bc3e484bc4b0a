"""Statements that are compiled once and sent as they are, for the paths that every decision takes.

On those paths SQLAlchemy spends several times longer on building, keying and fetching a statement than PostgreSQL on
answering it. A `Statement` is written in the same words as any other and begins with `scoped` as any other; it is
compiled the first time and afterwards goes straight to the driver, in the transaction of the caller.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from ecosystem_api.runtime.database import Base, Tx

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Scope:
    """Stands for the transaction while a statement is written: its tenant is filled in when the statement is sent."""

    vendor_id: Any
    partner_id: Any


@dataclass(frozen=True)
class _Compiled:
    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    processors: Mapping[str, Callable[[Any], Any]]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        given = [values[name] if name in values else self.constants[name] for name in self.names]
        return [
            value if value is None or name not in self.processors else self.processors[name](value)
            for name, value in zip(self.names, given, strict=True)
        ]


class Statement:
    """A statement and its compiled forms: one for the vendor's side, one for a partner.

    Shape: `Statement(lambda tx: scoped(tx, Row, Row.id).where(Row.id == bindparam("row_id")))`, sent as
    `await THAT.row(tx, row_id=...)`. Lists are passed to `any_of("ids")`, because an IN is compiled per length.
    Edges: what the session holds unwritten is flushed first, as before any query. Errors: `DBAPIError`, as any query.
    """

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self._build = build
        self._compiled: dict[bool, _Compiled] = {}

    async def rows(self, tx: Tx, **values: Any) -> Sequence[Row]:
        """All rows of the answer, by column name."""
        compiled, arguments = await self._ready(tx, values)
        try:
            found: Sequence[Row] = await tx.driver.fetch(compiled.sql, *arguments)
        except asyncpg.PostgresError as error:
            raise _told_as_usual(compiled, error) from error
        return found

    async def row(self, tx: Tx, **values: Any) -> Row | None:
        """The first row, or None."""
        found = await self.rows(tx, **values)
        return found[0] if found else None

    async def value(self, tx: Tx, **values: Any) -> Any:
        """The first value of the first row, or None."""
        found = await self.rows(tx, **values)
        return found[0][0] if found else None  # type: ignore[index]  # a record has places besides names

    async def _ready(self, tx: Tx, values: Mapping[str, Any]) -> tuple[_Compiled, list[Any]]:
        await tx.flush()
        is_narrow = tx.partner_id is not None
        compiled = self._compiled.get(is_narrow)
        if compiled is None:
            compiled = self._compiled[is_narrow] = self._compile(tx, is_narrow)
        return compiled, compiled.arguments({"tx_vendor_id": tx.vendor_id, "tx_partner_id": tx.partner_id, **values})

    def _compile(self, tx: Tx, is_narrow: bool) -> _Compiled:
        partner = bindparam("tx_partner_id", type_=Uuid()) if is_narrow else None
        scope = Scope(bindparam("tx_vendor_id", type_=Uuid()), partner)
        dialect = tx.session.get_bind().dialect
        compiled = self._build(scope).compile(dialect=dialect)
        kinds = {name: bound.type.dialect_impl(dialect) for name, bound in compiled.binds.items()}
        processors = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        return _Compiled(
            sql=str(compiled),
            names=tuple(compiled.positiontup or ()),
            constants=compiled.construct_params(_check=False),
            processors={name: processor for name, processor in processors.items() if processor is not None},
        )


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


def any_of(name: str, type_: Any = None) -> Any:
    """The values of a list given under this name, whatever its length: `Row.id == any_of("ids")`."""
    return func.any(bindparam(name, type_=ARRAY(type_ or Uuid())))


def listed(statement: Select[Any]) -> ColumnElement[Any]:
    """The rows of a SELECT as one JSON list of objects, to stand beside others in one answer."""
    inner = statement.subquery()
    rows = select(func.coalesce(func.jsonb_agg(inner.table_valued()), func.jsonb_build_array()))
    return rows.select_from(inner).scalar_subquery()


def together(**answers: Any) -> Select[Any]:
    """Several answers as the columns of one row: one round trip instead of one for each."""
    return select(*(answer.label(name) for name, answer in answers.items()))


def _told_as_usual(compiled: _Compiled, error: asyncpg.PostgresError) -> DBAPIError:
    """The driver's error in the form that the rest of the service reads."""
    is_contradiction = isinstance(error, asyncpg.IntegrityConstraintViolationError)
    kind = IntegrityError if is_contradiction else DBAPIError
    return kind(compiled.sql, None, error)
