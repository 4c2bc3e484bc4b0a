"""What a custom field may hold: pure."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args
from unicodedata import category

from ecosystem_api.kernel.counted import counted

Resource = Literal["deal_registration", "partner", "account"]
FieldType = Literal["text", "integer", "number", "boolean", "date", "choice"]
PartnerAccess = Literal["none", "read", "write"]
Value = str | int | bool

RESOURCES: Final = get_args(Resource)
TYPES: Final = get_args(FieldType)
ACCESSES: Final = get_args(PartnerAccess)
MOST_FIELDS: Final = 100
"""How many fields of one resource are in use at a time."""
MOST_CHOICES: Final = 200
LONGEST_TEXT: Final = 1_000
MOST_CHARACTERS: Final = 20_000
"""How long the values of one record may be together."""

_BOUNDED: Final = ("integer", "number", "date")
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Beyond this JSON's numbers are not exact in every language.
_LARGEST: Final = 2**53 - 1
# So many digits survive in binary floating point, in which conditions compare: their order stays what it is.
_DIGITS: Final = 15
# Words of the language in which conditions are written: a field of this name could not be read there.
RESERVED_KEYS: Final = frozenset(
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
        "namespace", "null", "package", "return", "true", "var", "void", "while",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field as its values are judged by it. `minimum` and `maximum` are written as a value of the field would be."""

    key: str
    type: str
    choices: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    max_length: int | None = None
    is_required: bool = False
    partner_access: str = "none"
    is_archived: bool = False


class NotAValue(ValueError):  # noqa: N818 - named for what it is
    """The field cannot hold this; `code` is for programs, the text says what would be right."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def value_of(field: CustomField, sent: object) -> Value:
    """What was sent, as the field keeps it: one spelling for one value.

    Edges: 80.0 is the integer 80; a number is a decimal string and loses its trailing zeros; text is stripped.
    Errors: NotAValue.
    """
    value = _READERS[field.type](sent)
    if field.type == "choice" and value not in field.choices:
        raise NotAValue("not_a_choice", f"One of: {', '.join(field.choices)}.")
    if isinstance(value, str) and field.type == "text" and len(value) > (field.max_length or LONGEST_TEXT):
        raise NotAValue("text_too_long", f"At most {counted(field.max_length or LONGEST_TEXT, 'character')}.")
    for bound, is_beyond, word in ((field.minimum, -1, "least"), (field.maximum, 1, "most")):
        if bound is not None and _compare(field.type, str(value), bound) == is_beyond:
            raise NotAValue("out_of_bounds", f"At {word} {bound}.")
    return value


def definition_faults(
    field: CustomField, resource: str, before: CustomField | None = None
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a field, or with its change from `before`: (member, code, sentence)."""
    if field.key in RESERVED_KEYS:
        yield "key", "reserved_key", "It is a word of the language of rules; choose another."
    yield from _choice_faults(field, before.choices if before else ())
    yield from _bound_faults(field)
    if field.max_length is not None and field.type != "text":
        yield "max_length", "not_of_this_type", "Only text has a greatest length."
    if field.is_required and resource == "account":
        detail = "An account is found or created by what somebody knows of it; nothing is required of it."
        yield "required", "never_required", detail
    if field.is_required and resource == "deal_registration" and field.partner_access != "write":
        detail = "Partners submit registrations: what is required of them has `partner_access` `write`."
        yield "required", "partners_cannot_write", detail


def merged_values(held: Mapping[str, Value], changes: Mapping[str, Value | None]) -> dict[str, Value]:
    """The values after a merge patch: null clears."""
    kept = {key: value for key, value in held.items() if key not in changes}
    return kept | {key: value for key, value in changes.items() if value is not None}


def missing_keys(fields: Collection[CustomField], values: Collection[str]) -> list[str]:
    """The keys of required fields without a value, sorted."""
    needed = {field.key for field in fields if field.is_required and not field.is_archived}
    return sorted(needed.difference(values))


def custom_facts(in_use: Iterable[Mapping[str, Any]], resource: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """What a snapshot holds of a record's own fields: every field in use, None where the record has no value.

    Edges: nothing at all while the resource has no fields, so that a vendor without any keeps its snapshots short.
    """
    keys = [one["key"] for one in in_use if one["resource"] == resource]
    return {"custom": {key: values.get(key) for key in keys}} if keys else {}


def alike(key: str) -> str:
    """What two keys have in common that are too alike to be told apart: tier_2 and tier2."""
    return key.replace("_", "")


def _choice_faults(field: CustomField, before: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if field.type != "choice":
        if field.choices:
            yield "choices", "not_of_this_type", "Only a choice has choices."
        return
    if not field.choices:
        yield "choices", "no_choices", "Name what there is to choose from."
    if len(set(field.choices)) != len(field.choices):
        yield "choices", "named_twice", "Each choice is named once."
    if gone := [choice for choice in before if choice not in field.choices]:
        yield "choices", "choices_only_grow", f"Records may hold these: keep {', '.join(gone)}."


def _bound_faults(field: CustomField) -> Iterator[tuple[str, str, str]]:
    sound = 0
    for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is None:
            continue
        if field.type not in _BOUNDED:
            yield name, "not_of_this_type", "Only an integer, a number and a date have bounds."
            continue
        try:
            _READERS[field.type](int(bound) if field.type == "integer" and _INTEGER.fullmatch(bound) else bound)
            sound += 1
        except NotAValue as refused:
            yield name, refused.code, f"As a value of the field, in a string. {refused}"
    if sound == 2 and _compare(field.type, str(field.minimum), str(field.maximum)) == 1:
        yield "maximum", "bounds_cross", "It is below the minimum."


def _compare(kind: str, one: str, other: str) -> int:
    if kind == "date":
        return (one > other) - (one < other)
    left, right = (_scaled(text, max(_decimals(one), _decimals(other))) for text in (one, other))
    return (left > right) - (left < right)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _scaled(text: str, decimals: int) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(decimals, "0"))


def _text(sent: object) -> str:
    if not isinstance(sent, str):
        raise NotAValue("wrong_type", "A text.")
    text = sent.strip()
    if any(category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
        raise NotAValue("control_characters", "Control characters are not allowed.")
    if not text:
        raise NotAValue("empty", "A text that is not empty; null clears the field.")
    return text


def _integer(sent: object) -> int:
    if isinstance(sent, float) and sent.is_integer():
        sent = int(sent)
    if type(sent) is not int:
        raise NotAValue("wrong_type", "A whole number, such as 80.")
    if abs(sent) > _LARGEST:
        raise NotAValue("out_of_bounds", f"Between -{_LARGEST} and {_LARGEST}.")
    return sent


def _number(sent: object) -> str:
    if not isinstance(sent, str) or not _NUMBER.fullmatch(sent):
        raise NotAValue("wrong_type", 'A decimal number in a string, such as "12.5".')
    text = sent.rstrip("0").rstrip(".") if "." in sent else sent
    if len(text.replace(".", "").lstrip("-0")) > _DIGITS or len(text) > _DIGITS + 5:
        raise NotAValue("out_of_bounds", f"At most {_DIGITS} digits.")
    return "0" if text == "-0" else text


def _boolean(sent: object) -> bool:
    if type(sent) is not bool:
        raise NotAValue("wrong_type", "true or false.")
    return sent


def _date(sent: object) -> str:
    wanted = NotAValue("wrong_type", 'A day between 1990 and 2100 as YYYY-MM-DD, such as "2026-03-31".')
    if not isinstance(sent, str) or not _DAY.fullmatch(sent):
        raise wanted
    try:
        is_near = 1990 <= date.fromisoformat(sent).year <= 2100
    except ValueError:
        raise wanted from None
    if not is_near:
        raise wanted
    return sent


def _choice(sent: object) -> str:
    if not isinstance(sent, str):
        raise NotAValue("wrong_type", "One of the choices, as text.")
    return sent


_READERS: Final[Mapping[str, Callable[[object], Value]]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
}
