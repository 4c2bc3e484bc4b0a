"""Look after deliveries."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.exchange.feed.errors import DeliverySuperseded
from ecosystem_api.exchange.feed.events import DeliveryRetried
from ecosystem_api.exchange.feed.schemas import DeliveryRead
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.ledger import read, record
from ecosystem_api.runtime.ledger.tables import DeliveryRow


async def list_deliveries(tx: Tx, paging: Paging, *, state: str | None, handler: str | None) -> Page[DeliveryRead]:
    """Deliveries of the vendor, newest first."""
    statement = read.deliveries(tx, state=state, handler=handler)
    return await page_of(tx, statement, paging, [(DeliveryRow.id, True)], DeliveryRead.model_validate)


async def retry_delivery(tx: Tx, who: Caller, delivery_id: UUID) -> DeliveryRead:
    """Try a dead delivery again. Errors: `NotFound`, `IllegalMove` unless it is dead, `DeliverySuperseded`."""
    row = await read.find_delivery(tx, delivery_id, is_locked=True)
    if row is None:
        raise NotFound()
    if row.state != "dead":
        raise IllegalMove(f"The delivery is {row.state}; only a dead one is tried again.", allowed_actions=[])
    try:
        await read.revive(tx, row)
    except IntegrityError as error:
        if constraint_name(error) == "uq_deliveries_live":
            raise DeliverySuperseded() from None
        raise
    event = DeliveryRetried(delivery_id=row.id, handler=row.handler)
    await record(tx, who, event, subject_id=encode("dlv", row.id))
    return DeliveryRead.model_validate(row)
