"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class PersonaKeyTaken(Conflict):
    """Another persona of this vendor, current or retired, has this key."""

    code = "persona_key_taken"
    title = "Persona key taken"


class BuiltInPersona(Conflict):
    """A built-in persona can be reworded but not retired."""

    code = "built_in_persona"
    title = "Built-in persona"


class UnknownPersona(InvalidRequest):
    """A named persona does not exist, or is retired and not given any more."""

    code = "unknown_persona"
    title = "Unknown persona"
