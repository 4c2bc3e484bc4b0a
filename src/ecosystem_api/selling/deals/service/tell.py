"""Tell the ledger what happened to registrations."""

from collections.abc import Sequence

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.money import Money
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.events import DealNews
from ecosystem_api.selling.deals.service.read import amount_of, number_of, protection_read, queue_read, queues_of
from ecosystem_api.selling.deals.tables import DealRow


async def tell(tx: Tx, who: Caller, row: DealRow, news: type[DealNews]) -> None:
    """Record an event with the registration as it stands now."""
    await tell_each(tx, who, [row], news)


async def tell_each(tx: Tx, who: Caller, rows: Sequence[DealRow], news: type[DealNews]) -> None:
    """Record one event per registration; what they have in common is read once."""
    await tx.flush()
    protections = await store.protections_of(tx, [row.id for row in rows if row.status == "approved"])
    waiting = [row for row in rows if row.status == "waiting"]
    claimed = await store.products_of(tx, [row.id for row in waiting]) if waiting else {}
    queues = await queues_of(tx, {row.claim_account_id for row in waiting})
    for row in rows:
        protection = protection_read(protections[row.id])
        queue = queue_read(row, claimed.get(row.id, []), queues)
        amount = amount_of(row)
        if row.closed_amount_minor is not None and row.currency is not None:
            amount = Money(row.closed_amount_minor, row.currency)
        event = news.model_validate(
            {
                "deal_registration_id": row.id,
                "number": number_of(row),
                "account_id": row.account_id,
                "status": row.status,
                "stage": row.stage,
                "amount": amount,
                "reasons": list(row.reasons),
                "protected_until": protection.ends_at if protection else None,
                "queue_place": queue.place if queue else None,
            }
        )
        await record(tx, who, event, subject_id=encode("deal", row.id), partner_id=row.partner_id)
