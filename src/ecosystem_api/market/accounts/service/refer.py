"""What other rooms ask of an account that they refer to: that it is there, that it waits, that a partner sees it."""

from collections.abc import Collection
from uuid import UUID

from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.schemas import AccountRead
from ecosystem_api.market.accounts.service.read import get_account
from ecosystem_api.runtime.database import Tx


async def require_account(tx: Tx, account_id: UUID) -> AccountRead:
    """An account that another room refers to. Errors: `InvalidRequest` if the caller can't see it, `RecordMerged`."""
    try:
        return await get_account(tx, account_id)
    except NotFound:
        detail = "No account of this id; describe the customer instead."
        raise InvalidRequest(errors=[FieldError("/account_id", "unknown_account", detail)]) from None


async def lock_accounts(tx: Tx, account_ids: Collection[UUID]) -> bool:
    """Every other decision about these customers waits until this transaction ends; answer whether this had not to."""
    async with tx.vendor_wide():
        return await store.lock_accounts(tx, account_ids)


async def link_partner(tx: Tx, account_id: UUID, partner_id: UUID, named: str | None = None) -> bool:
    """Let a partner see an account; answer whether it did not before. Shape: `named` is what the partner calls it."""
    return await store.link(tx, account_id, partner_id, (named, compact_name(normal_name(named))) if named else None)
