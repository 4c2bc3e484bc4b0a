"""News of the ledger's own upkeep."""

from pydantic import Field

from ecosystem_api.exchange.feed.schemas import DeliveryId
from ecosystem_api.runtime.ledger import Event


class DeliveryRetried(Event):
    """An operator had a delivery that was given up tried again."""

    type = "delivery.retried"
    delivery_id: DeliveryId = Field(description="The delivery.")
    handler: str = Field(description="Whom it is owed to.", examples=["deals.expire_protection"])
