"""What a room gives the house, and the catalogue of all rooms. Upper floors read offers and import no room."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Select

from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.versions import KNOWN, Change, Versions

if TYPE_CHECKING:
    from ecosystem_api.runtime.database import Tx
    from ecosystem_api.runtime.http.bulk import BulkKind
    from ecosystem_api.runtime.journal import Call, Keeper
    from ecosystem_api.runtime.ledger.event import Event, Heard
    from ecosystem_api.runtime.merge import Follower
    from ecosystem_api.runtime.tokens import AccessClaims


@dataclass(frozen=True)
class Grant:
    """A permission `<resource>:<action>`, who holds it, and the sentence that explains it in the docs."""

    name: str
    roles: frozenset[Role]
    sentence: str


@dataclass(frozen=True)
class Handler:
    """What a room does when news arrives or a due-row falls due.

    `name` is stored with every delivery and never changes. `on` lists event types; empty for due-rows, which a room
    plans itself. `run` gets a transaction of the event's vendor and is at-least-once: it judges by present state.
    `at_once` marks what nobody may overtake: a request that meets news which is late has it heard first.
    """

    name: str
    run: "Callable[[Tx, Caller, Heard], Awaitable[None]]"
    on: tuple[str, ...] = ()
    at_once: bool = False


@dataclass(frozen=True)
class Fact:
    """Something that can be counted: a SELECT of the fixed columns in `COLUMNS`, for metrics."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "vendor_id", "partner_id", "at", "value", "currency", "dimensions", "subject_id", "event_position",
    )  # fmt: skip
    name: str
    sentence: str
    unit: str
    select: Select[Any]


@dataclass(frozen=True)
class ImportKind:
    """A kind of record that bulk import accepts.

    `row` validates one line; `key` names the field that makes a repeat recognisable; `apply` writes one row through
    the room's service and answers (`created` | `updated` | `unchanged`, id).
    """

    name: str
    row: type[BaseModel]
    key: str
    permission: str
    apply: "Callable[[Tx, Caller, Any], Awaitable[tuple[str, str]]]"


@dataclass(frozen=True)
class Subject:
    """A kind of thing that people decide about, whatever room they find it in.

    Shape: ids begin with `prefix`; `permission` lets read one, `decide` lets decide about one; `answers` writes those
    of these ids that the caller may see, as JSON; `deciders` names who has decided in the matter before and so must
    not decide about one.
    """

    name: str
    prefix: str
    permission: str
    decide: str
    answers: "Callable[[Tx, Caller, Collection[UUID]], Awaitable[Mapping[UUID, str]]]"
    deciders: "Callable[[Tx, UUID], Awaitable[Collection[str]]] | None" = None


@dataclass(frozen=True)
class Hold:
    """What a room still needs of a record of another room's table, asked before that is no longer so.

    Shape: `needed_by` answers the ids of what needs the record: that it is in `use`, or that partners read it (`told`).
    """

    of: str
    needed_by: "Callable[[Tx, UUID], Awaitable[Sequence[str]]]"
    needs: Literal["use", "told"] = "use"


@dataclass(frozen=True)
class Exports:
    """How a table leaves with its owner: `columns=None` means all; a withheld table says why."""

    table: str
    withheld: str | None = None


@dataclass(frozen=True)
class Area:
    """Everything one room offers the house. `merges` are path parameters whose records can be merged into another.

    `know_partner` refuses to have a partner named that another stands for: rooms below the partners' ask it.
    """

    name: str
    router: APIRouter | None = None
    tables: Sequence[type[Any]] = ()
    exports: Sequence[Exports] = ()
    grants: Sequence[Grant] = ()
    events: "Sequence[type[Event]]" = ()
    handlers: Sequence[Handler] = ()
    facts: Sequence[Fact] = ()
    imports: Sequence[ImportKind] = ()
    bulks: "Sequence[BulkKind]" = ()
    subjects: Sequence[Subject] = ()
    followers: "Sequence[Follower]" = ()
    holds: Sequence[Hold] = ()
    merges: Sequence[str] = ()
    know_partner: "Callable[[Tx, UUID], Awaitable[None]] | None" = None
    changes: Sequence[Change] = ()
    gate: "Callable[[Tx, AccessClaims], Awaitable[Gate | None]] | None" = None
    keep_calls: "Callable[[Tx, Sequence[Call]], Awaitable[None]] | None" = None
    tidy: "Callable[[Tx], Awaitable[None]] | None" = None
    on_new_vendor: "Callable[[Tx, Caller], Awaitable[None]] | None" = None

    @property
    def tag(self) -> str:
        """Under which word the contract lists what the room offers: rooms with one resource may share one."""
        return str(self.router.tags[0]) if self.router and self.router.tags else self.name.rpartition("/")[2]


@dataclass(frozen=True)
class Gate:
    """What the tokens' room says of a verified token: the role and the partner as of now, and narrowed scopes.

    `actor_type` says what kind of caller its subject is: a `client` or a `member`.
    `version` is the version of the contract it is pinned to, if it is.
    """

    role: Role
    partner_id: UUID | None
    scopes: frozenset[str]
    actor_type: str = "client"
    version: str | None = None


@dataclass
class Catalog:
    """All areas, floor by floor. Errors: ValueError at construction when two rooms offer the same name."""

    house: Mapping[str, Sequence[Area]]
    known_versions: Sequence[str] = KNOWN
    grants: dict[str, Grant] = field(init=False, default_factory=dict)
    events: "dict[str, type[Event]]" = field(init=False, default_factory=dict)
    handlers: dict[str, Handler] = field(init=False, default_factory=dict)
    facts: dict[str, Fact] = field(init=False, default_factory=dict)
    imports: dict[str, ImportKind] = field(init=False, default_factory=dict)
    bulks: "dict[str, BulkKind]" = field(init=False, default_factory=dict)
    subjects: dict[str, Subject] = field(init=False, default_factory=dict)
    versions: Versions = field(init=False)

    def __post_init__(self) -> None:
        for area in self.areas:
            _collect(area.name, self.grants, {grant.name: grant for grant in area.grants})
            _collect(area.name, self.events, {event.type: event for event in area.events})
            _collect(area.name, self.handlers, {handler.name: handler for handler in area.handlers})
            _collect(area.name, self.facts, {fact.name: fact for fact in area.facts})
            _collect(area.name, self.imports, {kind.name: kind for kind in area.imports})
            _collect(area.name, self.bulks, {kind.name: kind for kind in area.bulks})
            _collect(area.name, self.subjects, {subject.name: subject for subject in area.subjects})
        self.versions = Versions(self.known_versions, [change for area in self.areas for change in area.changes])

    @property
    def areas(self) -> list[Area]:
        """The rooms, lowest floor first."""
        return [area for rooms in self.house.values() for area in rooms]

    @cached_property
    def gate(self) -> "Callable[[Tx, AccessClaims], Awaitable[Gate | None]]":
        """The one room that vouches for tokens. Errors: ValueError unless exactly one does."""
        gates = [area.gate for area in self.areas if area.gate]
        if len(gates) != 1:
            raise ValueError(f"exactly one room vouches for tokens, not {len(gates)}")
        return gates[0]

    @cached_property
    def keeper(self) -> "Keeper":
        """The one room that keeps what was called. Errors: ValueError unless exactly one does."""
        keepers = [area.keep_calls for area in self.areas if area.keep_calls]
        if len(keepers) != 1:
            raise ValueError(f"exactly one room keeps calls, not {len(keepers)}")
        return keepers[0]

    async def know_partner(self, tx: "Tx", partner_id: UUID) -> None:
        """Ask the partners' room whether a partner may be named. Errors: `RecordMerged`."""
        for area in self.areas:
            if area.know_partner is not None:
                await area.know_partner(tx, partner_id)

    def permissions(self, role: Role) -> frozenset[str]:
        """The grants a role holds."""
        return self._held[role]

    @cached_property
    def _held(self) -> Mapping[Role, frozenset[str]]:
        return {role: frozenset(name for name, grant in self.grants.items() if role in grant.roles) for role in Role}

    def listeners(self, event_type: str) -> list[Handler]:
        """The handlers that hear an event type."""
        return [handler for handler in self.handlers.values() if event_type in handler.on]


def _collect(room: str, kept: dict[str, Any], offers: Mapping[str, Any]) -> None:
    twice = kept.keys() & offers.keys()
    if twice:
        raise ValueError(f"{room} offers {sorted(twice)}, which another room offers already")
    kept.update(offers)
