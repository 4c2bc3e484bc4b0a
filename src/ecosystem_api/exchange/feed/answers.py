"""How PostgreSQL writes an event as its reader may see it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, Text, case

from ecosystem_api.exchange.feed.schemas import EventRead
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger.tables import EventRow
from ecosystem_api.runtime.reading import answer, child_object, finish, instant, typed_id
from ecosystem_api.runtime.statement import any_of, ask, given, literally


async def events_behind(
    tx: Tx, who: Caller, position: int, most: int, *, types: Sequence[str], subject_id: str | None
) -> list[tuple[int, str]]:
    """Stamped events behind a position, each as its position and its JSON to `finish`, in the order of the feed.

    Shape: `types` are whole names; empty means all.
    """
    values = {"position": position, "types": list(types), "subject_id": subject_id}
    shape = ("feed", bool(types), subject_id is not None, most)

    def build(tx: Any) -> Select[Any]:
        chosen = [EventRow.type == any_of("types", Text())] if types else []
        if subject_id is not None:
            chosen.append(EventRow.subject_id == given("subject_id"))
        behind = _written(tx).where(EventRow.position > given("position", BigInteger), *chosen)
        return behind.order_by(EventRow.position).limit(literally(most))

    rows = await ask(tx, shape, build, {**values, "reader": who.actor_id})
    return [(row["position"], row["answer_"]) for row in rows]


async def event_of(tx: Tx, who: Caller, event_id: UUID) -> str | None:
    """The JSON of one stamped event that the caller may see."""

    def build(tx: Any) -> Select[Any]:
        return _written(tx).where(EventRow.id == given("event_id"), EventRow.position.is_not(None))

    rows = await ask(tx, "event", build, {"event_id": event_id, "reader": who.actor_id})
    return finish(rows[0]["answer_"]) if rows else None


def _written(tx: Any) -> Select[Any]:
    made = _made(is_partner=tx.partner_id is not None)
    return scoped(tx, EventRow, EventRow.position, answer(EventRead, EventRow, made).label("answer_"))


def _made(*, is_partner: bool) -> Mapping[str, Any]:
    """Staff read everything; a partner reads neither staff data nor who else acted."""
    row = EventRow
    partner_id: Any = typed_id("par", row.partner_id)
    actor_id: Any = row.actor_id
    request_id: Any = row.request_id
    if is_partner:
        is_own_act = row.actor_id == given("reader")
        partner_id = case((row.partner_id == given("tx_partner_id"), partner_id))
        actor_id, request_id = case((is_own_act, actor_id)), case((is_own_act, request_id))
    return {
        "partner_id": partner_id,
        "actor": child_object({"type": row.actor_type, "id": actor_id}),
        "request_id": request_id,
        "occurred_at": instant(row.occurred_at),
        "data": row.data if is_partner else row.data.op("||")(row.staff_data),
    }
