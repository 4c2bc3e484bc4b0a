"""Paths of merging and parting accounts."""

from typing import Annotated

from fastapi import Depends

from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.market.merging import service
from ecosystem_api.market.merging.schemas import (
    AccountMerge,
    AccountMergeNote,
    AccountMergeRead,
    AccountSplit,
    AccountSplitRead,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, machinery_of, room_router
from ecosystem_api.runtime.machinery import Machinery

router = room_router("accounts")
Offers = Annotated[Machinery, Depends(machinery_of)]
Merger = Annotated[Caller, allow("accounts:merge")]


@router.post("/v1/accounts/{account_id}/merge", response_model=AccountMergeRead)
async def merge_account(
    account_id: AccountId, body: AccountMerge, tx: CurrentTx, who: Merger, machinery: Offers, if_match: IfMatch = None
) -> AccountMergeRead:
    """Merge an account into another, which stands for both from then on. A split with `restore_id` undoes it.

    Names, domains, numbers, ids in other systems, the companies below it, registrations with their claims and places
    in the queue: all that belongs to the account follows, in one transaction. Claims that are over stay where they
    were, and every decision keeps the facts it was made on. If both have a running claim on one product, nothing is
    merged: a person decides which of the two ends, for a protection is never taken away unseen. A `dry_run` lists what
    would move and what stands in the way. Requests to the old id, and to all below it, are answered by a redirect (308)
    to the same address with the new one.
    """
    return await service.merge_account(tx, who, machinery.catalog, account_id, body, if_match)


@router.get("/v1/accounts/{account_id}/merges", response_model=Page[AccountMergeNote])
async def list_account_merges(
    account_id: AccountId,
    tx: CurrentTx,
    who: Annotated[Caller, allow("accounts:manage")],
    paging: Annotated[Paging, Depends()],
) -> Page[AccountMergeNote]:
    """List the merges that an account was part of, newest first: by whom, why, and whether one was undone."""
    return await service.list_merges(tx, paging, account_id)


@router.post("/v1/accounts/{account_id}/split", response_model=AccountSplitRead)
async def split_account(
    account_id: AccountId, body: AccountSplit, tx: CurrentTx, who: Merger, machinery: Offers, if_match: IfMatch = None
) -> AccountSplitRead:
    """Part an account in two: what is named leaves to a new account, or all that a merge brought goes back.

    From then on the two are told apart, however alike they are called, and whoever waits at either for what nobody
    holds any more is judged again. With `restore_id` the merged account is one of its own again: all that followed it
    then goes back, what came later stays. Registrations keep their status, decisions and time of submission.
    """
    return await service.split_account(tx, who, machinery.catalog, account_id, body, if_match)
