"""Custom fields on the wire, and their values in the records that hold them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, WithJsonSchema

from ecosystem_api.network.fields.domain import (
    LONGEST_TEXT,
    MOST_CHOICES,
    MOST_FIELDS,
    FieldType,
    PartnerAccess,
    Resource,
    Value,
)
from ecosystem_api.runtime.wire import Instant, Key, Line, Prose, TypedId, Wire, kept, told

CustomFieldId = Annotated[UUID, TypedId("fld")]
Choices = Annotated[list[Line], Field(max_length=MOST_CHOICES)]
Bound = Annotated[str, Field(min_length=1, max_length=20)]

_VALUE = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}
_SENT = WithJsonSchema({"anyOf": [*_VALUE["anyOf"], {"type": "null"}]})
# What a value must be, its field says: the room judges it, in words that a union of types does not have.
CustomValues = Annotated[dict[str, Annotated[Any, _SENT]], Field(max_length=MOST_FIELDS)]
CustomValuesRead = dict[str, Annotated[Value, WithJsonSchema(_VALUE)]]

VALUES: tuple[str, Any] = (
    "Values of the vendor's own fields, by key: text, whole number or boolean as JSON has it; a number with decimals "
    "and a day as strings.",
    {"seats": 80},
)
VALUES_SENT: tuple[str, Any] = (VALUES[0] + " A key left out is untouched, null clears.", VALUES[1])

_LABEL = ("What people call it.", "Seats")
_DESCRIPTION = ("What it means, for whoever fills it in.", "How many people will use the product.")
_CHOICES = ("What there is to choose from; for the type `choice`. The list only grows.", ["public", "private"])
_MINIMUM = ("Least value, written as a value of the field in a string; for `integer`, `number` and `date`.", "1")
_MAXIMUM = ("Greatest value, written likewise.", "100000")
_LENGTH = (f"How many characters a `text` may have; {LONGEST_TEXT} by default.", 200)
_REQUIRED = (
    "Whether a value is needed: of a deal registration from its submission on, of a partner when it is added and as "
    "long as it is there. Records from before are not touched. Accounts ask for nothing.",
    True,
)
_ACCESS = (
    "What partners may do with it: `none` hides it from them, `read` shows it, `write` lets them fill it in. What "
    "they may not write the vendor's side keeps, at any time.",
    "write",
)


class CustomFieldCreate(Wire):
    """A field to be added to a resource."""

    resource: Resource = told("The resource that gets it.", "deal_registration")
    key: Key = told("Name that records, rules and imports use; it never changes.", "seats")
    label: Line = told(*_LABEL)
    description: Prose | None = told(*_DESCRIPTION, default=None)
    type: FieldType = told("What it holds; it never changes. A `number` has decimals.", "integer")
    choices: Choices = told(*_CHOICES, default=[])
    minimum: Bound | None = told(*_MINIMUM, default=None)
    maximum: Bound | None = told(*_MAXIMUM, default=None)
    max_length: Annotated[int, Field(ge=1, le=LONGEST_TEXT)] | None = told(*_LENGTH, default=None)
    required: bool = told(*_REQUIRED, default=False)
    partner_access: PartnerAccess = told(*_ACCESS, default="none")


class CustomFieldUpdate(Wire):
    """What may change about a field. What records hold already stays, also where it would not be taken any more."""

    label: Line | None = kept(*_LABEL)
    description: Prose | None = told(*_DESCRIPTION, default=None)
    choices: Choices | None = kept(*_CHOICES)
    minimum: Bound | None = told(*_MINIMUM, default=None)
    maximum: Bound | None = told(*_MAXIMUM, default=None)
    max_length: Annotated[int, Field(ge=1, le=LONGEST_TEXT)] | None = told(*_LENGTH, default=None)
    required: bool | None = kept(*_REQUIRED)
    partner_access: PartnerAccess | None = kept(*_ACCESS)


class CustomFieldRead(Wire):
    """A field that a vendor has added to a resource."""

    id: CustomFieldId = told("Id of the field.")
    resource: Resource = told("The resource that has it.", "deal_registration")
    key: str = told("Name that records, rules and imports use.", "seats")
    label: str = told(*_LABEL)
    description: str | None = told(*_DESCRIPTION)
    type: FieldType = told("What it holds.", "integer")
    choices: list[str] = told("What there is to choose from; empty for other types.", ["public", "private"])
    minimum: str | None = told(*_MINIMUM)
    maximum: str | None = told(*_MAXIMUM)
    max_length: int | None = told(*_LENGTH)
    required: bool = told(*_REQUIRED)
    partner_access: PartnerAccess = told(*_ACCESS)
    archived_at: Instant | None = told("Since when it is in use no more; null while it is.")
    allowed_actions: list[str] = told("What may be done with it now, as path segments.", ["archive"])
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was added.")
    updated_at: Instant = told("When it last changed.")
