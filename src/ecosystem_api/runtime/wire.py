"""Types on the wire: what a field of each kind looks like in JSON, in one place."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, cast
from unicodedata import category
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from ecosystem_api.kernel.countries import COUNTRIES
from ecosystem_api.kernel.ids import decode, encode
from ecosystem_api.kernel.instant import instant_text
from ecosystem_api.kernel.money import Money, exponent


def _an_integer(value: Any) -> Any:
    if isinstance(value, str | bool):
        raise PydanticKnownError("int_type")
    return value


def _a_number(value: Any) -> Any:
    if isinstance(value, str | bool):
        raise PydanticKnownError("float_type")
    return value


_NUMBERS = {"int": _an_integer, "float": _a_number}
_NO_SCHEMA = frozenset({"cls", "config", "default", "metadata", "serialization"})


def _exact(node: Any) -> Any:
    """A core schema with its booleans strict and its numbers neither texts nor booleans."""
    if isinstance(node, list):
        return [_exact(item) for item in node]
    if not isinstance(node, dict):
        return node
    kind = str(node.get("type"))
    if kind == "bool":
        return {**node, "strict": True}
    if kind in _NUMBERS:
        # Never strict: 10.0 is an integer in JSON Schema, and so it is here.
        bent = {key: value for key, value in node.items() if key != "strict"}
        return core_schema.no_info_before_validator_function(_NUMBERS[kind], cast(CoreSchema, bent))
    if kind == "function-before" and node["function"]["function"] in _NUMBERS.values():
        return node  # inside a schema that was made exact before
    return {key: value if key in _NO_SCHEMA else _exact(value) for key, value in node.items()}


class Wire(BaseModel):
    """Base of all schemas: unknown fields are refused, rows can be read by attribute.

    Edges: a boolean is `true` or `false` and a number a number; pydantic by itself also reads `"off"`, 0 and `"12"`.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As pydantic makes it, with booleans and numbers taken at their word."""
        exact: CoreSchema = _exact(handler(source))
        return exact


def fault_at(field: str, sentence: str) -> PydanticCustomError:
    """A fault of a whole object, to be raised by its validator and told at the field that mends it."""
    return PydanticCustomError("fields_disagree", "{sentence}", {"at": field, "sentence": sentence})


def need_one_of(sentence: str, **given: Any) -> None:
    """Exactly one of these fields is given, which is for an object's validator to say.

    Errors: `missing` where none is, `fields_disagree` where several are; both are told at the first field.
    """
    at, count = next(iter(given)), sum(value is not None for value in given.values())
    if count == 0:
        raise PydanticCustomError("missing", "{sentence}", {"at": at, "sentence": sentence})
    if count > 1:
        raise fault_at(at, sentence)


def told(sentence: str, example: Any = None, **constraints: Any) -> Any:
    """A field with its description and example: every field of every schema has both."""
    if example is None:
        return Field(description=sentence, **constraints)
    return Field(description=sentence, examples=[example], **constraints)


def kept(sentence: str, example: Any = None, **constraints: Any) -> Any:
    """A field of a change that may be left out but not cleared: the contract does not offer null for it."""
    return told(sentence, example, default=None, json_schema_extra=_never_null, **constraints)


def _never_null(schema: dict[str, Any]) -> None:
    branches = [branch for branch in schema.pop("anyOf", []) if branch.get("type") != "null"]
    schema.pop("default", None)
    if len(branches) == 1:
        schema.update(branches[0] | schema)
    elif branches:
        schema["anyOf"] = branches


class TypedId:
    """Marks ids of one kind: `PartnerId = Annotated[UUID, TypedId("par")]` is `par_01h…` on the wire, a UUID inside."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def _read(self, value: Any) -> UUID:
        if isinstance(value, UUID):
            return value
        if not isinstance(value, str):
            raise ValueError(f"an id is a string such as {self.prefix}_01h455vb4pex5vsknk084sn02q")
        return decode(self.prefix, value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: encode(self.prefix, value), return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": f"^{self.prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$",
            "examples": [f"{self.prefix}_01h455vb4pex5vsknk084sn02q"],
        }


_CONTROLS = frozenset({"Cc", "Cs"})
_BREAKS = frozenset({"Zl", "Zp"})
_UNSEEN = _CONTROLS | _BREAKS | {"Cf", "Zs"}


def _printable(value: str) -> str:
    if any(category(character) in _CONTROLS and character not in "\n\t" for character in value):
        raise ValueError("control characters are not allowed")
    return _visible(value)


def _one_line(value: str) -> str:
    if any(category(character) in _CONTROLS | _BREAKS for character in value):
        raise ValueError("line breaks and control characters are not allowed")
    return _visible(value)


def _visible(value: str) -> str:
    # Joiners, direction marks and wide spaces are part of names in many scripts, but no name by themselves.
    if all(category(character) in _UNSEEN for character in value):
        raise ValueError("at least one character that can be seen")
    return value.strip()  # after its length was counted: the contract speaks of what is sent


def _pattern(controls: str) -> dict[str, Any]:
    # What the validators above refuse, as far as a short pattern can say it: it takes joiners and marks for visible.
    return {"pattern": rf"^[^{controls}]*[^\s{controls}][^{controls}]*$"}


Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_one_line),
    Field(json_schema_extra=_pattern(r"\u0000-\u001f\u007f-\u009f\u2028\u2029")),
]
_PROSE = _pattern(r"\u0000-\u0008\u000b-\u001f\u007f-\u009f")
Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000),
    AfterValidator(_printable),
    Field(json_schema_extra=_PROSE),
]
Sentence = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(_printable),
    Field(json_schema_extra=_PROSE),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


def _country(value: str) -> str:
    if value not in COUNTRIES:
        raise ValueError("an ISO 3166-1 alpha-2 country code in capitals, such as CA")
    return value


Country = Annotated[
    str,
    AfterValidator(_country),
    Field(examples=["CA"], json_schema_extra={"minLength": 2, "maxLength": 2, "pattern": "^[A-Z]{2}$"}),
]


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
_INSTANT = re.compile(rf"{_DAY.pattern}[Tt ]{_CLOCK}([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})")


def _written_as_day(value: Any) -> Any:
    # Left to itself, pydantic takes numbers for seconds since 1970, and a midnight for its day.
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day as YYYY-MM-DD, such as 2026-03-31")
    if isinstance(value, int | float):
        raise ValueError('a day as YYYY-MM-DD in a string, such as "2026-03-31"')
    return value


def _written_as_instant(value: Any) -> Any:
    if isinstance(value, int | float) or (isinstance(value, str) and not _INSTANT.fullmatch(value)):
        raise ValueError("an instant with its offset, such as 2026-01-31T09:00:00Z")
    return value


def _near(value: date) -> date:
    if not date(1990, 1, 1) <= value <= date(2100, 12, 31):
        raise ValueError("a day between 1990-01-01 and 2100-12-31")
    return value


Day = Annotated[
    date,
    BeforeValidator(_written_as_day),
    AfterValidator(_near),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-31"]}),
]


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant with its offset, such as 2026-01-31T09:00:00Z")
    _near(value.date())  # before it is moved to UTC, which overflows at the ends of the calendar
    return value.astimezone(UTC)


Instant = Annotated[
    datetime,
    BeforeValidator(_written_as_instant),
    AfterValidator(_instant),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T09:00:00.000000Z"]}),
]


def _currency(value: str) -> str:
    exponent(value)
    return value


class MoneyAmount(BaseModel):
    """An amount of money: a decimal string with the currency's own number of decimals, and its ISO 4217 code."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"amount": "48000.00", "currency": "USD"}]}
    )

    amount: str = Field(
        description="Decimal string, never negative, with no more decimals than the currency has.",
        examples=["1250.00"],
        max_length=20,
        json_schema_extra={"pattern": r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$"},
    )
    currency: Annotated[str, AfterValidator(_currency)] = Field(
        description="ISO 4217 code.",
        examples=["USD"],
        json_schema_extra={"minLength": 3, "maxLength": 3, "pattern": "^[A-Z]{3}$"},
    )


def _money(value: Any) -> Any:
    if isinstance(value, Money):
        return value
    shape = MoneyAmount.model_validate(value)
    money = Money.parse(shape.amount, shape.currency)
    if money.minor < 0:
        raise ValueError("an amount is never negative here")
    return money


Amount = Annotated[
    Money,
    BeforeValidator(_money),
    PlainSerializer(
        lambda m: {"amount": m.amount, "currency": m.currency}, return_type=dict[str, str], when_used="json"
    ),
    WithJsonSchema(MoneyAmount.model_json_schema()),
]
