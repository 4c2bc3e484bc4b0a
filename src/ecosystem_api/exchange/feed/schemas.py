"""News and deliveries on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ecosystem_api.runtime.wire import Instant, TypedId, Wire, told

EventId = Annotated[UUID, TypedId("evt")]
DeliveryId = Annotated[UUID, TypedId("dlv")]
PartnerRef = Annotated[UUID, TypedId("par")]
DeliveryState = Literal["pending", "done", "dead", "cancelled"]


class ActorRead(Wire):
    """Who made the news."""

    type: str = told("Kind of principal: `client`, or `system` for the service itself.", "client")
    id: str | None = told("Its id; null where the reader may not know it.", "cli_01h455vb4pex5vsknk084sn02q")


class EventRead(Wire):
    """One fact of the vendor's ledger, as this caller may see it."""

    id: EventId = told("Id of the event; deduplicate by it.")
    position: int = told("Its place in the vendor's feed.", 4711)
    type: str = told("What happened, as `resource.verb_past`.", "deal_registration.approved")
    occurred_at: Instant = told("When it happened.")
    subject_id: str = told("What it happened to.", "deal_01h455vb4pex5vsknk084sn02q")
    partner_id: PartnerRef | None = told("The partner it concerns; null where none does or the reader may not know it.")
    actor: ActorRead = told("Who made it happen.")
    request_id: str | None = told(
        "The request it came from, where the reader may know it.", "req_5f1c0a9be2d34477a1b2c3d4"
    )
    data: dict[str, Any] = told("What the type's documentation lists.", {"status": "approved"})


class FeedRead(Wire):
    """A stretch of the feed."""

    data: list[EventRead] = told("Events behind `after`, in the order of the feed.")
    next_after: int = told("Pass as `after` next time; equals `after` when there was nothing new.", 4711)
    has_more: bool = told("Whether more waits already: ask again at once.", False)


class DeliveryRead(Wire):
    """Work owed to one handler: news to hear, or a reminder it planned."""

    id: DeliveryId = told("Id of the delivery.")
    handler: str = told("Whom it is owed to.", "deals.expire_protection")
    subject_id: str = told("What it is about.", "prot_01h455vb4pex5vsknk084sn02q")
    event_id: EventId | None = told("The news to be heard; null for a planned reminder.")
    state: DeliveryState = told("`dead` when every attempt of a day failed; it waits for a retry.", "pending")
    attempts: int = told("Attempts so far, also those that a crash cut short.", 1)
    owed_at: Instant = told("When it first fell due.")
    due_at: Instant = told("When the next attempt may start.")
    last_error: str | None = told("Kind of the last failure.", "Unavailable: The service cannot answer at the moment.")
    created_at: Instant = told("When it was enqueued.")
    finished_at: Instant | None = told("When it was done, cancelled or given up.")
