"""The JSON of a resource from its Read schema: each field is the column of its name, or is said by the room."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import BaseModel
from sqlalchemy import Text, cast, func, literal_column, select

from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.reading.sql import instant, typed_id
from ecosystem_api.runtime.wire import TypedId


@dataclass(frozen=True, slots=True)
class View:
    """What about a reader decides how an answer looks: which side it stands on, and what it may do of what matters."""

    is_partner: bool
    may: frozenset[str] = frozenset()


def view_of(who: Caller, *permissions: str) -> View:
    """A reader's view, by those of these permissions that it holds."""
    return View(who.is_partner, who.scopes & frozenset(permissions))


def answer(schema: type[BaseModel], row: Any, made: Mapping[str, Any], *, fields: Collection[str] | None = None) -> Any:
    """The JSON of a row as its Read schema says, as one SQL expression.

    Shape: `made` holds the fields that are not simply the column of their name, None for those that the service puts
    in afterwards; `fields` names those wanted.
    Errors: AttributeError for a field that is neither made nor a column: a schema cannot grow past its answer.
    """
    columns = []
    for name in schema.model_fields:
        value = made[name] if name in made else _column(schema, name, row)
        if value is not None and (fields is None or name in fields):
            columns.append(value.label(name))
    whole = select(*columns).correlate(row).subquery("answer")
    return (
        select(cast(func.row_to_json(literal_column("answer")), Text))
        .select_from(whole)
        .correlate(row)
        .scalar_subquery()
    )


def chosen_fields(schema: type[BaseModel], text: str | None) -> frozenset[str] | None:
    """The fields that `fields=` names, always with the id; None for all. Errors: `InvalidRequest`, listing them."""
    if text is None:
        return None
    return frozenset(named("fields", text, schema.model_fields)) | {"id"}


def named(parameter: str, text: str, known: Collection[str]) -> list[str]:
    """The names in a comma-separated parameter. Errors: `InvalidRequest` for one that is not known, listing those."""
    names = [name.strip() for name in text.split(",")]
    unknown = sorted({name for name in names if name not in known})
    if unknown:
        detail = f"Names separated by commas, of: {', '.join(sorted(known))}."
        raise InvalidRequest(errors=[FieldError(parameter, f"unknown_{parameter.rstrip('s')}", detail)])
    return names


def _column(schema: type[BaseModel], name: str, row: Any) -> Any:
    column = getattr(row, name)
    field = schema.model_fields[name]
    marks = [*field.metadata, *_marks(field.annotation)]
    prefix = next((mark.prefix for mark in marks if isinstance(mark, TypedId)), None)
    if prefix is not None:
        return typed_id(prefix, column)
    return instant(column) if datetime in marks else column


def _marks(annotation: Any) -> Iterator[Any]:
    """An annotation with everything inside it: types, and what annotates them."""
    yield annotation
    for part in get_args(annotation):
        yield from _marks(part)


Made = Callable[[Any, View], Mapping[str, Any]]
"""How a room makes the fields of its answer that are no columns, in a transaction, for a view."""
