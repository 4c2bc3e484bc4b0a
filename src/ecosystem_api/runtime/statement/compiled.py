"""A statement and its compiled forms, each kept as text and sent to the driver with values by name."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import Dialect, Select, Uuid, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError

from ecosystem_api.runtime.database import Tx

Row = Mapping[str, Any]
MOST_KEPT = 1_000
_LOCKS = "pg_advisory"
_DIALECT: Dialect = PGDialect_asyncpg(  # type: ignore[no-untyped-call]  # SQLAlchemy's
    dbapi=PGDialect_asyncpg.import_dbapi(),  # type: ignore[no-untyped-call]  # SQLAlchemy's
    paramstyle="numeric_dollar",
)


@dataclass(frozen=True)
class Scope:
    """Stands for the transaction while a statement is written: its tenant is filled in when the statement is sent."""

    vendor_id: Any
    partner_id: Any


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text and its places, each with the name of its value, what stands there without one, and its encoder."""

    sql: str
    only_reads: bool
    places: tuple[tuple[str, Any, Callable[[Any], Any] | None], ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        found = []
        for name, constant, process in self.places:
            value = values.get(name, constant)
            found.append(value if process is None or value is None else process(value))
        return found


class Statement:
    """A statement and its compiled forms: one for the vendor's side, one for a partner.

    Shape: `Statement(lambda tx: scoped(tx, Row, Row.id).where(Row.id == given("row_id")))`, sent as
    `await THAT.row(tx, row_id=...)`. Lists are passed to `any_of("ids")`, because an IN is compiled per length.
    `tx_vendor_id`, `tx_partner_id` and `tx_today` come from the transaction.
    Edges: what the session holds unwritten is flushed first, as before any query. Errors: `DBAPIError`, as any query.
    """

    __slots__ = ("_build", "_compiled")

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self._build = build
        self._compiled: dict[bool, _Compiled] = {}

    async def rows(self, tx: Tx, /, **values: Any) -> Sequence[Row]:
        """All rows of the answer, by column name."""
        await tx.flush()
        return await self._sent(tx, values)

    async def value_alone(self, tx: Tx, /, **values: Any) -> Any:
        """The first value of a statement that is committed by itself at once, whatever becomes of the transaction."""
        found = await self._sent(tx, values, is_alone=True)
        return found[0][0]  # type: ignore[index]  # a record has places besides names

    async def _sent(self, tx: Tx, values: dict[str, Any], *, is_alone: bool = False) -> Sequence[Row]:
        is_narrow = tx.partner_id is not None
        compiled = self._compiled.get(is_narrow)
        if compiled is None:
            compiled = self._compiled[is_narrow] = _compile(self._build, is_narrow=is_narrow)
        values["tx_vendor_id"], values["tx_partner_id"], values["tx_today"] = tx.vendor_id, tx.partner_id, tx.now.date()
        try:
            arguments = compiled.arguments(values)
            if is_alone:
                return await tx.alone(compiled.sql, arguments)
            if compiled.only_reads:
                return await tx.read(compiled.sql, arguments)
            found: Sequence[Row] = await tx.driver.fetch(compiled.sql, *arguments)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            # The last kind is what the driver says when the server has hung up between two statements.
            raise _told_as_usual(compiled, error) from error
        return found

    async def row(self, tx: Tx, /, **values: Any) -> Row | None:
        """The first row, or None."""
        found = await self.rows(tx, **values)
        return found[0] if found else None

    async def value(self, tx: Tx, /, **values: Any) -> Any:
        """The first value of the first row, or None."""
        found = await self.rows(tx, **values)
        return found[0][0] if found else None  # type: ignore[index]  # a record has places besides names


_kept: dict[Hashable, Statement] = {}


async def ask(tx: Tx, shape: Hashable, build: Callable[[Any], Any], values: Mapping[str, Any]) -> Sequence[Row]:
    """The rows of the statement of this shape. It is built only if none is kept.

    Shape: `shape` names all that decides the text: the room's name for it, the view, filters, order.
    Edges: shapes come from requests, so the oldest goes when there are too many.
    """
    statement = _kept.get(shape)
    if statement is None:
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        statement = _kept[shape] = Statement(build)
    return await statement.rows(tx, **values)


def _compile(build: Callable[[Any], Any], *, is_narrow: bool) -> _Compiled:
    partner = bindparam("tx_partner_id", type_=Uuid()) if is_narrow else None
    statement = build(Scope(bindparam("tx_vendor_id", type_=Uuid()), partner))
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    constants = compiled.construct_params(_check=False)
    places = []
    for name in compiled.positiontup or ():
        # A list that was rendered in place of an IN has a name of its own and is no value of the statement.
        bound = compiled.binds.get(name)
        process = bound.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) if bound is not None else None
        places.append((name, constants[name], process))
    return _Compiled(str(compiled), _only_reads(statement, compiled), tuple(places))


def _only_reads(statement: Any, compiled: Any) -> bool:
    """Whether a statement leaves nothing behind, not even a lock."""
    if not isinstance(statement, Select) or statement._for_update_arg is not None:
        return False
    return not any(part.element.is_dml for part in compiled.ctes or ()) and _LOCKS not in compiled.string


def _told_as_usual(compiled: _Compiled, error: Exception) -> DBAPIError:
    """The driver's error in the form that the rest of the service reads."""
    is_contradiction = isinstance(error, asyncpg.IntegrityConstraintViolationError)
    kind = IntegrityError if is_contradiction else DBAPIError
    return kind(compiled.sql, None, error)
