"""How the rows of one resource are read: by id, or as a page that is filtered and ordered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isfunction
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, tuple_

from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.http.paging import Paging, cursor_value
from ecosystem_api.runtime.reading.shape import View, answer
from ecosystem_api.runtime.reading.written import finish
from ecosystem_api.runtime.statement import Row, any_of, ask, given, literally

Fields = frozenset[str] | None
_KEY, _AFTER = "key_", "after_"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: columns that are never null (rows without them are left out by `where`), all up or down.

    Shape: a column may be a function of the transaction that makes it, where readers do not read the same.
    """

    columns: tuple[Any, ...]
    is_descending: bool = False
    where: Any = None

    def made(self, tx: Tx) -> Sequence[Any]:
        """The columns as the caller reads them."""
        return [one(tx) if isfunction(one) else one for one in self.columns]


@dataclass(frozen=True, slots=True)
class Found:
    """A row as its reader may see it: its JSON, and what its room asked for besides."""

    id: UUID
    version: int
    text: str
    row: Row


@dataclass(frozen=True)
class Listing:
    """The one definition of a resource's answers.

    Shape: `made(tx, view)` gives the fields of `schema` that are no columns of `row`; `filters` by name, each a
    condition on `given(name)`; `orders` by the value of `sort`, the last column of each unique; `extras` are columns
    the service needs beside the JSON, or functions of the transaction that make them.
    """

    schema: type[BaseModel]
    row: Any
    made: Callable[[Tx, View], Mapping[str, Any]]
    filters: Mapping[str, Callable[[Tx], Any]] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)

    async def one(self, tx: Tx, view: View, row_id: UUID, fields: Fields = None) -> Found | None:
        """The row of this id, if the caller may see it."""

        def build(tx: Any) -> Select[Any]:
            return self._select(tx, view, fields).where(self.row.id == given("row_id"))

        rows = await ask(tx, (self.schema, "one", view, fields), build, {"row_id": row_id})
        return _found(rows[0]) if rows else None

    async def some(self, tx: Tx, view: View, row_ids: Collection[UUID], fields: Fields = None) -> dict[UUID, Found]:
        """The rows of these ids that the caller may see."""
        if not row_ids:
            return {}

        def build(tx: Any) -> Select[Any]:
            return self._select(tx, view, fields).where(self.row.id == any_of("row_ids"))

        rows = await ask(tx, (self.schema, "some", view, fields), build, {"row_ids": list(row_ids)})
        return {row["row_id_"]: _found(row) for row in rows}

    async def page(
        self, tx: Tx, view: View, paging: Paging, wanted: Mapping[str, Any], sort: str, fields: Fields = None
    ) -> tuple[list[Found], str | None]:
        """One page and the cursor of the next, None on the last.

        Edges: what is None in `wanted` is not asked; what is no filter is a value that a filter needs besides.
        """
        order = self.orders[sort]
        values = {name: value for name, value in wanted.items() if value is not None}
        names = frozenset(values)
        after = paging.after
        if after is not None:
            if len(after) != len(order.columns):
                raise InvalidRequest(errors=[FieldError("cursor", "invalid_cursor", "Start again without it.")])
            typed = [cursor_value(column, value) for column, value in zip(order.made(tx), after, strict=True)]
            values |= {f"{_AFTER}{place}": value for place, value in enumerate(typed)}

        def build(tx: Any) -> Select[Any]:
            page = self._page(tx, view, names, order, fields, is_first=after is None)
            return page.limit(literally(paging.limit + 1))

        shape = (self.schema, "page", view, fields, sort, names, after is None, paging.limit)
        rows = await ask(tx, shape, build, values)
        cursor = None
        if len(rows) > paging.limit:
            rows = rows[: paging.limit]
            cursor = paging.seal([rows[-1][f"{_KEY}{place}"] for place in range(len(order.columns))])
        return [_found(row) for row in rows], cursor

    def _select(self, tx: Tx, view: View, fields: Fields, *keys: Any) -> Select[Any]:
        made = self.made(tx, view)
        extras = [(one(tx) if isfunction(one) else one).label(name) for name, one in self.extras.items()]
        version = made.get("version", self.row.version).label("version_")
        whole = answer(self.schema, self.row, made, fields=fields).label("answer_")
        return scoped(tx, self.row, self.row.id.label("row_id_"), version, whole, *extras, *keys)

    def _page(
        self, tx: Tx, view: View, names: frozenset[str], order: Order, fields: Fields, *, is_first: bool
    ) -> Select[Any]:
        columns = order.made(tx)
        keys = [column.label(f"{_KEY}{place}") for place, column in enumerate(columns)]
        statement = self._select(tx, view, fields, *keys)
        for name in sorted(names & self.filters.keys()):
            statement = statement.where(self.filters[name](tx))
        if order.where is not None:
            statement = statement.where(order.where)
        if not is_first:
            # Compared as a row, which an index walks straight to; a disjunction would read all pages before.
            here = tuple_(*columns)
            last = tuple_(*(given(f"{_AFTER}{n}", column.type) for n, column in enumerate(columns)))
            statement = statement.where(here < last if order.is_descending else here > last)
        steps = [column.desc() if order.is_descending else column.asc() for column in columns]
        return statement.order_by(*steps)


def _found(row: Row) -> Found:
    return Found(row["row_id_"], row["version_"], finish(row["answer_"]), row)


def texts(found: Sequence[Found]) -> list[str]:
    """The JSON of each."""
    return [one.text for one in found]
