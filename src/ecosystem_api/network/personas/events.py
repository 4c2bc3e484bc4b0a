"""News of personas. Every partner may read it: the kinds of partner are public in the ecosystem."""

from pydantic import Field

from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Key


class _PersonaNews(Event):
    audience = "everyone"
    key: Key = Field(description="The persona.", examples=["msp"])


class PersonaCreated(_PersonaNews):
    """A vendor works with a further kind of partner."""

    type = "persona.created"
    rights: list[Key] = Field(description="What a partner of this kind may do.", examples=[["register_deals"]])


class PersonaUpdated(_PersonaNews):
    """A kind of partner was reworded, or its rights changed."""

    type = "persona.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/label"]])


class PersonaRetired(_PersonaNews):
    """A kind of partner is not given to further partners; who has it keeps it."""

    type = "persona.retired"
