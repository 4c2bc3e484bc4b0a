"""Pages by keyset: stable under concurrent inserts, the thousandth as cheap as the first, never an OFFSET."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Select, and_, literal, or_, tuple_

from ecosystem_api.kernel.page import MOST_CHARACTERS, InvalidCursor, decode_cursor, encode_cursor
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement.parts import literally

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last page."""

    data: list[Item] = Field(description="The rows of this page, in order.")
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null when there is none.",
        examples=["eyJrIjpbIjAxOTAiXX0.c2lnbmVk"],
    )


class Paging:
    """`limit` and `cursor` of a list request, and the signature that binds a cursor to this list and this reader.

    The `Link` header says where the list begins, and where it goes on if it does.
    """

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=200, description="Rows per page.")] = 50,
        cursor: Annotated[
            str | None, Query(max_length=MOST_CHARACTERS, description="`next_cursor` of the page before.")
        ] = None,
    ) -> None:
        self.limit = limit
        self._request, self._response = request, response
        self._key: bytes = request.app.state.machinery.settings.derive("cursor")
        tx: Tx = request.state.tx
        self._asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        filters = sorted(pair for pair in self._asked if pair[0] != "limit")
        self._scope = f"{tx.vendor_id}|{tx.partner_id}|{request.url.path}|{filters}"
        self._first = f'<{self._address(self._asked)}>; rel="first"'
        response.headers["Link"] = self._first
        self.after = self._decode(cursor) if cursor else None

    def _address(self, asked: list[tuple[str, str]]) -> str:
        path = quote(self._request.url.path)
        return f"{path}?{urlencode(asked)}" if asked else path

    def _decode(self, cursor: str) -> list[Any]:
        try:
            return list(decode_cursor(self._key, self._scope, cursor))
        except InvalidCursor:
            detail = "Not a cursor of this list with these filters and this `sort`; start again without it."
            raise InvalidRequest(errors=[FieldError("cursor", "invalid_cursor", detail)]) from None

    def seal(self, values: Sequence[Any]) -> str:
        """A cursor for the row with these key values; also told in the `Link` header."""
        cursor = encode_cursor(self._key, self._scope, [_plain(value) for value in values])
        following = self._address([*self._asked, ("cursor", cursor)])
        self._response.headers["Link"] = f'{self._first}, <{following}>; rel="next"'
        return cursor


async def page_of(
    tx: Tx,
    statement: Select[Any],
    paging: Paging,
    keys: Sequence[tuple[Any, bool]],
    read: Callable[[Any], Any],
) -> Page[Any]:
    """One page of an entity SELECT.

    Shape: `keys` are (mapped column, is_descending), the last one unique; none may be null. `read` makes the answer.
    """
    if paging.after is not None:
        statement = statement.where(_beyond(keys, paging.after))
    order = [column.desc() if down else column.asc() for column, down in keys]
    rows = list(await tx.session.scalars(statement.order_by(*order).limit(literally(paging.limit + 1))))
    more = len(rows) > paging.limit
    rows = rows[: paging.limit]
    cursor = paging.seal([getattr(rows[-1], column.key) for column, _ in keys]) if more else None
    return Page(data=[read(row) for row in rows], next_cursor=cursor)


def _beyond(keys: Sequence[tuple[Any, bool]], after: Sequence[Any]) -> Any:
    if len(after) != len(keys):
        raise InvalidRequest(errors=[FieldError("cursor", "invalid_cursor", "Start again without it.")])
    values = [cursor_value(column, value) for (column, _), value in zip(keys, after, strict=True)]
    if len({down for _, down in keys}) == 1:
        # Compared as a row, which an index walks straight to; a disjunction would read all pages before.
        here = tuple_(*(column for column, _ in keys))
        last = tuple_(*(literal(value, column.type) for (column, _), value in zip(keys, values, strict=True)))
        return here < last if keys[0][1] else here > last
    clauses = []
    for place, ((column, down), value) in enumerate(zip(keys, values, strict=True)):
        equal = [earlier == same for (earlier, _), same in zip(keys[:place], values[:place], strict=True)]
        clauses.append(and_(*equal, column < value if down else column > value))
    return or_(*clauses)


def _plain(value: Any) -> str | int | None:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def cursor_value(column: Any, value: Any) -> Any:
    """A value of a cursor as its column holds it."""
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return UUID(value) if kind is UUID else value
