"""Ask a statement again without building it again: its text is kept by shape, its values are named."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncpg import InterfaceError, PostgresError, Record
from sqlalchemy import Dialect, Select, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError

from ecosystem_api.runtime.database import Tx

MOST_STATEMENTS = 1_000
_DIALECT: Dialect = PGDialect_asyncpg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call] # SQLAlchemy's


@dataclass(frozen=True, slots=True)
class _Prepared:
    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]


_kept: dict[Hashable, _Prepared] = {}


def given(name: str, kind: Any = None) -> Any:
    """A value that is named now and given when the statement is asked; its type is that of what it is compared to."""
    return bindparam(name, type_=kind) if kind is not None else bindparam(name)


async def fetch(
    tx: Tx, shape: Hashable, build: Callable[[], Select[Any]], values: Mapping[str, Any]
) -> Sequence[Record]:
    """The rows of a statement. It is built only if none of this shape is kept.

    Shape: `shape` names all that decides the text: the room's name for it, the view, filters, order. `values` are
    those of `given`; `tx_vendor_id`, `tx_partner_id` and `tx_today` come from the transaction.
    """
    key = (shape, tx.partner_id is None)
    prepared = _kept.get(key)
    if prepared is None:
        prepared = _prepare(build())
        while len(_kept) >= MOST_STATEMENTS:  # shapes come from requests: the oldest goes, so memory is bounded
            del _kept[next(iter(_kept))]
        _kept[key] = prepared
    await tx.flush()
    now = {"tx_vendor_id": tx.vendor_id, "tx_partner_id": tx.partner_id, "tx_today": tx.now.date(), **values}
    fixed = prepared.fixed
    arguments = [now[name] if name in now else fixed[name] for name in prepared.names]
    try:
        rows: Sequence[Record] = await tx.driver.fetch(prepared.text, *arguments)
    except (PostgresError, InterfaceError) as error:  # as the rest of the house knows it: with its code, to be retried
        raise DBAPIError(prepared.text, None, error) from error
    return rows


def _prepare(statement: Select[Any]) -> _Prepared:
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return _Prepared(compiled.string, tuple(compiled.positiontup or ()), compiled.params)
