"""Personas on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ecosystem_api.runtime.wire import Instant, Key, Line, Prose, Sentence, Wire, kept, told

PersonaStatus = Literal["active", "retired"]
Criteria = Annotated[list[Sentence], Field(max_length=30)]
Rights = Annotated[list[Key], Field(max_length=50), AfterValidator(lambda keys: sorted(set(keys)))]

_LABEL = ("What the kind of partner is called.", "Managed service provider")
_DESCRIPTION = ("What such a partner does.", "Runs the product for its customers as a service.")
_CRITERIA = ("Whom the vendor looks for: one sentence each.", ["Operates customers' environments around the clock."])
_RIGHTS = (
    "What such a partner may do: `register_deals`, `refer_leads`, `transact`, `deliver_implementations`, "
    "`first_line_support`, or words of the vendor.",
    ["first_line_support", "register_deals"],
)


class PersonaCreate(Wire):
    """A further kind of partner."""

    key: Key = told("Name that rules, filters and other records use; it never changes.", "distributor")
    label: Line = told("What the kind of partner is called.", "Distributor")
    description: Prose = told("What such a partner does.", "Supplies resellers and gives them credit and logistics.")
    profile_criteria: Criteria = told(*_CRITERIA, default=[])
    rights: Rights = told(*_RIGHTS, default=[])


class PersonaUpdate(Wire):
    """What may change about a kind of partner."""

    label: Line | None = kept(*_LABEL)
    description: Prose | None = kept(*_DESCRIPTION)
    profile_criteria: Criteria | None = kept(*_CRITERIA)
    rights: Rights | None = kept(*_RIGHTS)


class PersonaRead(Wire):
    """A kind of partner that the vendor works with."""

    key: str = told("Name that rules, filters and other records use.", "msp")
    label: str = told(*_LABEL)
    description: str = told(*_DESCRIPTION)
    profile_criteria: list[str] = told(*_CRITERIA)
    rights: list[str] = told(*_RIGHTS)
    is_builtin: bool = told("Whether every vendor has it; such a persona cannot be retired.", True)
    status: PersonaStatus = told("Whether it is given to further partners.", "active")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was added.")
    updated_at: Instant = told("When it last changed.")
