"""Paths of what accounts are called besides, and of families."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.accounts import service
from ecosystem_api.market.accounts.schemas import (
    AccountAliasCreate,
    AccountAliasId,
    AccountAliasRead,
    AccountFamily,
    AccountId,
    AccountRelationCreate,
    AccountRelationId,
    AccountRelationRead,
    AccountSpanUpdate,
    Standing,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.runtime.wire import Day

router = room_router("accounts")
Keeper = Annotated[Caller, allow("accounts:manage")]
OfAccount = Annotated[AccountId | None, Query(description="Only those of this account.")]
OfStanding = Annotated[Standing | None, Query(description="Only those that are proposed, confirmed or refused.")]


@router.get("/v1/accounts/{account_id}/family", response_model=AccountFamily)
async def get_account_family(
    account_id: AccountId,
    tx: CurrentTx,
    who: Keeper,
    as_of: Annotated[Day | None, Query(description="As it was confirmed for this day; today if left out.")] = None,
) -> AccountFamily:
    """Read the family of an account: the one at its root, and all that belong to that one.

    Only confirmed relations count, on the days on which they hold: ask for another day to see a family before or after
    a company was bought or sold.
    """
    return await service.read_family(tx, account_id, as_of)


@router.post("/v1/account-aliases", status_code=201, response_model=AccountAliasRead)
async def add_account_alias(
    body: AccountAliasCreate, tx: CurrentTx, response: Response, who: Keeper
) -> AccountAliasRead:
    """Say what else an account is called, and from when until when: a former name, a brand, a translation.

    It counts at once, for you stand for it. On days on which it does not hold nobody is recognised by it.
    """
    read = await service.add_alias(tx, who, body)
    return created(response, f"/v1/account-aliases/{encode('aal', read.id)}", read)


@router.get("/v1/account-aliases", response_model=Page[AccountAliasRead])
async def list_account_aliases(
    tx: CurrentTx,
    who: Keeper,
    paging: Annotated[Paging, Depends()],
    account_id: OfAccount = None,
    standing: OfStanding = None,
) -> Page[AccountAliasRead]:
    """List other names of accounts, newest first. With `standing=proposed` those that wait for a person."""
    return await service.list_aliases(tx, paging, account_id=account_id, standing=standing)


@router.get("/v1/account-aliases/{alias_id}", response_model=AccountAliasRead)
async def get_account_alias(
    alias_id: AccountAliasId, tx: CurrentTx, response: Response, who: Keeper
) -> AccountAliasRead:
    """Read one other name of an account."""
    return tagged(response, await service.get_alias(tx, alias_id))


@router.patch("/v1/account-aliases/{alias_id}", response_model=AccountAliasRead)
async def update_account_alias(
    alias_id: AccountAliasId,
    body: AccountSpanUpdate,
    tx: CurrentTx,
    response: Response,
    who: Keeper,
    if_match: IfMatch = None,
) -> AccountAliasRead:
    """Change from when until when an account is called so, by JSON merge patch."""
    return tagged(response, await service.update_alias(tx, who, alias_id, body, if_match))


@router.post("/v1/account-aliases/{alias_id}/confirm", response_model=AccountAliasRead)
async def confirm_account_alias(
    alias_id: AccountAliasId, tx: CurrentTx, response: Response, who: Keeper, if_match: IfMatch = None
) -> AccountAliasRead:
    """Confirm a name that was proposed or refused: from now on it names the account."""
    return tagged(response, await service.decide_alias(tx, who, alias_id, "confirmed", if_match))


@router.post("/v1/account-aliases/{alias_id}/refuse", response_model=AccountAliasRead)
async def refuse_account_alias(
    alias_id: AccountAliasId, tx: CurrentTx, response: Response, who: Keeper, if_match: IfMatch = None
) -> AccountAliasRead:
    """Refuse a name: it counts for nothing, and is not proposed again for this account."""
    return tagged(response, await service.decide_alias(tx, who, alias_id, "refused", if_match))


@router.post("/v1/account-relations", status_code=201, response_model=AccountRelationRead)
async def add_account_relation(
    body: AccountRelationCreate, tx: CurrentTx, response: Response, who: Keeper
) -> AccountRelationRead:
    """Say that an account belongs to another, and from when until when.

    On any day an account belongs to one other at most, and never to itself through others.
    """
    read = await service.add_relation(tx, who, body)
    return created(response, f"/v1/account-relations/{encode('arel', read.id)}", read)


@router.get("/v1/account-relations", response_model=Page[AccountRelationRead])
async def list_account_relations(
    tx: CurrentTx,
    who: Keeper,
    paging: Annotated[Paging, Depends()],
    account_id: OfAccount = None,
    standing: OfStanding = None,
) -> Page[AccountRelationRead]:
    """List which accounts belong to which, newest first; of an account, above and below it.

    With `standing=proposed` those that wait for a person: a new account that has a domain in common with a known one in
    another country, or whose name begins with that one's.
    """
    return await service.list_relations(tx, paging, account_id=account_id, standing=standing)


@router.get("/v1/account-relations/{relation_id}", response_model=AccountRelationRead)
async def get_account_relation(
    relation_id: AccountRelationId, tx: CurrentTx, response: Response, who: Keeper
) -> AccountRelationRead:
    """Read one relation of two accounts."""
    return tagged(response, await service.get_relation(tx, relation_id))


@router.patch("/v1/account-relations/{relation_id}", response_model=AccountRelationRead)
async def update_account_relation(
    relation_id: AccountRelationId,
    body: AccountSpanUpdate,
    tx: CurrentTx,
    response: Response,
    who: Keeper,
    if_match: IfMatch = None,
) -> AccountRelationRead:
    """Change from when until when it holds, by JSON merge patch; `until_on` ends it."""
    return tagged(response, await service.update_relation(tx, who, relation_id, body, if_match))


@router.post("/v1/account-relations/{relation_id}/confirm", response_model=AccountRelationRead)
async def confirm_account_relation(
    relation_id: AccountRelationId, tx: CurrentTx, response: Response, who: Keeper, if_match: IfMatch = None
) -> AccountRelationRead:
    """Confirm a relation that was proposed or refused: from now on the two are a family on these days."""
    return tagged(response, await service.decide_relation(tx, who, relation_id, "confirmed", if_match))


@router.post("/v1/account-relations/{relation_id}/refuse", response_model=AccountRelationRead)
async def refuse_account_relation(
    relation_id: AccountRelationId, tx: CurrentTx, response: Response, who: Keeper, if_match: IfMatch = None
) -> AccountRelationRead:
    """Refuse a relation: it counts for nothing on any day."""
    return tagged(response, await service.decide_relation(tx, who, relation_id, "refused", if_match))
