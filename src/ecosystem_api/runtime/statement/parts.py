"""What statements are written with: values that are named now and given later, and several answers in one."""

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Uuid, bindparam, func, literal_column, select


def given(name: str, kind: Any = None) -> Any:
    """A value that is named now and given when the statement is sent; its type is that of what it is compared to."""
    return bindparam(name, type_=kind) if kind is not None else bindparam(name)


def any_of(name: str, type_: Any = None) -> Any:
    """The values of a list given under this name, whatever its length: `Row.id == any_of("ids")`."""
    return func.any(bindparam(name, type_=ARRAY(type_ or Uuid())))


def literally(limit: int) -> Any:
    """A limit that the plan knows: it then walks an index in order, where it would else sort a tenth of the table."""
    return literal_column(f"{limit:d}", Integer)


def listed(statement: Select[Any]) -> ColumnElement[Any]:
    """The rows of a SELECT as one JSON list of objects, to stand beside others in one answer."""
    inner = statement.subquery()
    rows = select(func.coalesce(func.jsonb_agg(inner.table_valued()), func.jsonb_build_array()))
    return rows.select_from(inner).scalar_subquery()


def together(**answers: Any) -> Select[Any]:
    """Several answers as the columns of one row: one round trip instead of one for each."""
    return select(*(answer.label(name) for name, answer in answers.items()))
