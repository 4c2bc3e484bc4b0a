"""Tell the ledger what happened to a registration, in the round trip that writes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.money import Money
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import tell_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.events import DealNews
from ecosystem_api.selling.deals.service.read import amount_of, number_of, protection_of, queue_of_deal
from ecosystem_api.selling.deals.tables import DealRow


def tell(
    writes: Writes,
    tx: Tx,
    who: Caller,
    row: DealRow,
    news: type[DealNews],
    *,
    protected_until: datetime | None = None,
    queue_place: int | None = None,
    **more: Any,
) -> None:
    """News with the registration as it stands now."""
    amount = amount_of(row)
    if row.closed_amount_minor is not None and row.currency is not None:
        amount = Money(row.closed_amount_minor, row.currency)
    event = news(
        deal_registration_id=row.id,
        number=number_of(row.number),
        account_id=row.account_id,
        status=row.status,  # type: ignore[arg-type]  # pydantic checks the word
        stage=row.stage,  # type: ignore[arg-type]  # pydantic checks the word
        amount=amount,
        reasons=list(row.reasons),
        protected_until=protected_until,
        queue_place=queue_place,
        **more,
    )
    tell_with(writes, tx, who, event, subject_id=encode("deal", row.id), partner_id=row.partner_id)


async def keep_and_tell(tx: Tx, who: Caller, row: DealRow, news: type[DealNews], writes: Writes | None = None) -> None:
    """Write what a move changed, and its news, with what else there is to write."""
    writes = writes or Writes()
    store.keep(writes, row)
    tell(writes, tx, who, row, news)
    await writes.send(tx)


async def tell_each(tx: Tx, who: Caller, rows: Sequence[DealRow], news: type[DealNews]) -> None:
    """The same news of several registrations, each as it stands now; nothing else of them is written."""
    for row in rows:
        writes = Writes()
        protection = await protection_of(tx, row) if row.status == "approved" else None
        queue = await queue_of_deal(tx, row)
        until, place = protection.ends_at if protection else None, queue.place if queue else None
        tell(writes, tx, who, row, news, protected_until=until, queue_place=place)
        await writes.send(tx)
