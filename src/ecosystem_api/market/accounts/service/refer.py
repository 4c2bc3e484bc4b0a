"""What other rooms ask of an account that they refer to: that it is there, that it waits, that a partner sees it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.service.read import show_account
from ecosystem_api.runtime.database import Tx

Versions = Mapping[UUID, int | None]  # None where it was not read


@dataclass(frozen=True, slots=True)
class ReferredAccount:
    """What a record takes over from the account that it refers to, as far as its writer may read that."""

    id: UUID
    country: str
    region: str | None


async def require_account(tx: Tx, account_id: UUID) -> ReferredAccount:
    """An account that another room refers to. Errors: `InvalidRequest` if the caller can't see it, `RecordMerged`."""
    try:
        read = json.loads((await show_account(tx, account_id, "country,region")).content)
        return ReferredAccount(account_id, read["country"], read["region"])
    except NotFound:
        detail = "No account of this id; describe the customer instead."
        raise InvalidRequest(errors=[FieldError("/account_id", "unknown_account", detail)]) from None


async def lock_accounts(tx: Tx, wanted: Versions, read_again: Callable[[], Awaitable[Versions]]) -> None:
    """Every other decision about these customers waits until this transaction ends.

    Shape: `wanted` are the accounts that were found to be the customer, in the versions that were read;
    `read_again` finds them anew, because whoever was waited for may have shown that others are the customer too.
    Edges: then all that was locked is given back and all of them are locked, so that everybody waits in the order of
    the ids. Only who has another customer locked already may wait in another order.
    """
    async with tx.vendor_wide():
        if len(wanted) == 1 and await _lock_at_once(tx, wanted):
            return
        async with tx.returnable() as give_back:
            if len(wanted) > 1 and await _lock_at_once(tx, wanted):
                return
            while True:
                give_back()
                await store.lock_in_order(tx, wanted)
                found = await read_again()
                if found.keys() <= wanted.keys():
                    return
                wanted = found


async def _lock_at_once(tx: Tx, wanted: Versions) -> bool:
    """Whether nobody has any of these accounts, nor changed what was read of it."""
    locked = await store.lock_at_once(tx, wanted)
    return locked is not None and all(version in (None, locked[one]) for one, version in wanted.items())


async def link_partner(tx: Tx, account_id: UUID, partner_id: UUID, named: str | None = None) -> bool:
    """Let a partner see an account; answer whether it did not before. Shape: `named` is what the partner calls it."""
    return await store.link(tx, account_id, partner_id, (named, compact_name(normal_name(named))) if named else None)
