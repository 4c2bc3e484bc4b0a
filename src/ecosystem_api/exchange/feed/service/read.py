"""Read the feed: a stretch of it, or one event."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.exchange.feed import answers
from ecosystem_api.exchange.feed.errors import PositionBeyondFeed, UnknownEventType
from ecosystem_api.exchange.feed.schemas import EventRead, FeedRead
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.bell import head_of
from ecosystem_api.runtime.reading import Written, by_content, finish


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the feed: each event's position and its JSON to `finish`, where to go on, whether more waits."""

    events: Sequence[tuple[int, str]]
    next_after: int
    has_more: bool

    @property
    def written(self) -> Written[FeedRead]:
        """The stretch as an answer."""
        texts = finish(",".join(text for _, text in self.events))
        rest = f'"next_after":{self.next_after},"has_more":{"true" if self.has_more else "false"}'
        return by_content(f'{{"data":[{texts}],{rest}}}')


async def read_feed(
    tx: Tx, who: Caller, *, after: int, limit: int, types: Sequence[str], subject_id: str | None, known: Collection[str]
) -> Stretch:
    """What happened behind a position. Errors: `UnknownEventType`, `PositionBeyondFeed`."""
    return await read_stretch(
        tx, who, after=after, limit=limit, types=select_types(types, known), subject_id=subject_id
    )


async def read_stretch(
    tx: Tx, who: Caller, *, after: int, limit: int, types: Sequence[str], subject_id: str | None
) -> Stretch:
    """What happened behind a position, of these types; of all if there are none. Errors: `PositionBeyondFeed`."""
    found = await answers.events_behind(tx, who, after, limit + 1, types=types, subject_id=subject_id)
    if not found and after > await head_of(tx):
        detail = "A position that an event had, or 0 for the start."
        raise PositionBeyondFeed(errors=[FieldError("after", "position_beyond_feed", detail)])
    shown = found[:limit]
    return Stretch(shown, shown[-1][0] if shown else after, has_more=len(found) > limit)


async def get_event(tx: Tx, who: Caller, event_id: UUID) -> Written[EventRead]:
    """One event. Errors: `NotFound`, also for an instant after it happened, until it has its position."""
    text = await answers.event_of(tx, who, event_id)
    if text is None:
        raise NotFound()
    return by_content(text)


def select_types(patterns: Sequence[str], known: Collection[str]) -> list[str]:
    """The event types that patterns name: whole names, or `resource.*`. Errors: `UnknownEventType`."""
    chosen: set[str] = set()
    for pattern in patterns:
        stem = pattern.removesuffix("*")
        found = {name for name in known if name == pattern or (pattern.endswith(".*") and name.startswith(stem))}
        if not found:
            detail = "No event type is called so; the documentation lists them all."
            raise UnknownEventType(errors=[FieldError("type", "unknown_event_type", detail)])
        chosen |= found
    return sorted(chosen)
