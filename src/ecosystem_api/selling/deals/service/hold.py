"""Hold a registration and its customer, so that decisions about one customer come one by one."""

from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.service.weigh import Customer, customer_of
from ecosystem_api.selling.deals.tables import DealRow


async def hold(tx: Tx, deal_id: UUID) -> tuple[DealRow, Customer]:
    """Lock the customer, then the registration, always in this order, and say what is known of both then.

    Edges: all accounts that are certainly the customer are locked, for a claim may be held on any. A registration
    whose customer is corrected meanwhile is held with its new one. Errors: `NotFound`.
    """
    account_id = await visible(tx, deal_id)
    async with tx.vendor_wide():
        return await hold_seen(tx, deal_id, account_id)


async def visible(tx: Tx, deal_id: UUID) -> UUID:
    """The customer of a registration that the caller may see. Errors: `NotFound`."""
    account_id = await store.find_account_of(tx, deal_id)
    if account_id is None:
        raise NotFound()
    return account_id


async def hold_seen(tx: Tx, deal_id: UUID, account_id: UUID) -> tuple[DealRow, Customer]:
    """Hold a registration as `hold` does, once its reader's right to see it is known: it may be asked vendor-wide."""
    row, customer, _ = await hold_noticing(tx, deal_id, account_id)
    return row, customer


async def hold_noticing(tx: Tx, deal_id: UUID, account_id: UUID) -> tuple[DealRow, Customer, bool]:
    """Hold a registration as `hold_seen` does, and say whether anything may be overdue at its customer."""
    while True:
        customer = customer_of(await recognition.know_locked(tx, account_id))
        found = await store.lock_in_turn(tx, deal_id, customer.ids)
        if found is None:
            raise NotFound()
        row, is_late = found
        if row.account_id == account_id:
            return row, customer, is_late
        account_id = row.account_id
