"""The shape of news: a pydantic model per event type, with who may read which field."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

if TYPE_CHECKING:
    from ecosystem_api.runtime.area import Catalog

Audience = Literal["staff", "partner", "everyone"]


def staff_only() -> JsonDict:
    """Mark a field that only the vendor's side reads: `Field(json_schema_extra=staff_only())`."""
    return {"x-staff-only": True}


class Event(BaseModel):
    """News of one kind. Its docstring is its sentence in the docs; `type` is `resource.verb_past`.

    Audience: `partner` is read by the partner it concerns and by staff; `staff` by staff; `everyone` by all of the
    vendor's partners too. Fields marked `staff_only()` are stored apart and never reach a partner.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ClassVar[str] = ""
    audience: ClassVar[Audience] = "staff"

    @classmethod
    def staff_fields(cls) -> frozenset[str]:
        """Names of the fields a partner never reads."""
        return frozenset(
            name
            for name, info in cls.model_fields.items()
            if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("x-staff-only")
        )

    def split(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The payload as (what anyone of the audience reads, what staff reads besides)."""
        whole = self.model_dump(mode="json")
        hidden = _hidden(type(self))
        return {k: v for k, v in whole.items() if k not in hidden}, {k: v for k, v in whole.items() if k in hidden}


@cache
def _hidden(kind: type[Event]) -> frozenset[str]:
    return kind.staff_fields()


@dataclass(frozen=True)
class Heard:
    """What a handler is given: the subject, the event's data (or the due-row's), and when it happened or was due.

    `offers` is the catalogue of the house, for the top floor: it works with offers and imports no room.
    """

    subject_id: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    event_id: UUID | None = None
    event_type: str | None = None
    offers: "Catalog | None" = field(default=None, repr=False, compare=False)
