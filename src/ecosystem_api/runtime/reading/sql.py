"""Values as PostgreSQL writes them into JSON, in the very form that `runtime/wire.py` gives them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Numeric,
    Select,
    Text,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from ecosystem_api.kernel.currencies import CURRENCIES

_RFC3339 = literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'', Text)
_EMPTY = literal_column("'[]'::json", JSON)
_NO_MEMBERS = literal_column("'{}'::json", JSON)


def typed_id(prefix: str, column: Any) -> Any:
    """An id for `finish` to write as a TypeID: `"\\u0070ar_<uuid>"`, valid JSON meanwhile; null stays null.

    Why: base32 costs 19 microseconds in SQL and one in Python. The first letter is escaped, which no JSON that
    PostgreSQL makes of anybody's text ever does, so that `finish` cannot take a text for an id.
    """
    head = f'"\\u{ord(prefix[0]):04x}{prefix[1:]}_'
    written = literal_column(f"'{head}'", Text).concat(cast(column, Text)).concat(literal_column("'\"'", Text))
    return cast(written, JSON)


def instant(column: Any) -> Any:
    """An instant as RFC 3339 in UTC with six digits of a second."""
    return func.to_char(func.timezone(literal_column("'UTC'", Text), column), _RFC3339)


def money(minor: Any, currency: Any) -> Any:
    """An amount with the decimals of its currency; null where there is none."""
    by_digits: dict[int, list[str]] = defaultdict(list)
    for code, (digits, *_) in CURRENCIES.items():
        by_digits[digits].append(code)
    cents = by_digits.pop(2)
    assert len(cents) > len(CURRENCIES) / 2, "two decimals are the rule, the others are named"
    unusual = [
        (currency.in_([literal_column(f"'{code}'", Text) for code in codes]), _decimal(minor, digits))
        for digits, codes in by_digits.items()
    ]
    amount = case(*unusual, else_=_decimal(minor, 2))
    return case((minor.is_not(None), func.json_build_object(_name("amount"), amount, _name("currency"), currency)))


def child_object(fields: Mapping[str, Any]) -> Any:
    """A JSON object of expressions."""
    parts = [part for name, value in fields.items() for part in (_name(name), value)]
    return type_coerce(func.json_build_object(*parts), JSON)


def child_list(rows: Select[Any], parent: Any) -> Any:
    """The one column of a correlated SELECT as a JSON array, empty where there are no rows.

    Shape: `rows` aggregates with `values_of`; `parent` is the table it is correlated to.
    """
    return func.coalesce(rows.correlate(parent).scalar_subquery(), _EMPTY)


def gathered(rows: Any, value: Any, *order: Any) -> Any:
    """The same over a correlated subquery that names its columns, for values that are ordered by what was looked up."""
    return func.coalesce(select(values_of(value, *order)).select_from(rows).scalar_subquery(), _EMPTY)


def members_among(values: Any, names: Any) -> Any:
    """The members of a jsonb object that an array names, as a JSON object.

    Edges: the array is asked for once a statement, and not at all while every object is empty.
    """
    each = func.jsonb_each(values).table_valued(column("key", Text), column("value", JSONB), name="held")
    known = func.any(cast(names, ARRAY(Text)))
    shown = select(func.json_object_agg(each.c.key, each.c.value)).where(each.c.key == known).scalar_subquery()
    is_empty = values == literal_column("'{}'::jsonb", JSONB)
    return type_coerce(case((is_empty, _NO_MEMBERS), else_=func.coalesce(shown, _NO_MEMBERS)), JSON)


def with_absent(names: Any, values: Any, needed: Any, prefix: str, *, where: Any) -> Any:
    """A jsonb list, and behind it the names of an array that a jsonb object has no member of, each after a prefix.

    Edges: `where` says of which rows this is asked; where it is not, the array is not even read.
    """
    each = func.unnest(cast(needed, ARRAY(Text))).column_valued("needed")
    name = literal_column(f"'{prefix}'", Text).concat(each)
    absent = select(func.jsonb_agg(name)).where(~values.has_key(each)).scalar_subquery()
    nothing = literal_column("'[]'::jsonb", JSONB)
    return names.concat(case((where, func.coalesce(absent, nothing)), else_=nothing))


def values_of(value: Any, *order: Any) -> Any:
    """A column's values as one JSON array in this order."""
    return func.json_agg(value).aggregate_order_by(*order)


def _decimal(minor: Any, digits: int) -> Any:
    if digits == 0:
        return cast(cast(minor, BigInteger), Text)
    return cast(cast(minor, Numeric) * literal_column("0." + "0" * (digits - 1) + "1", Numeric), Text)


def _name(name: str) -> Any:
    assert name.isidentifier(), "names are those of fields in code"
    return literal_column(f"'{name}'", Text)
