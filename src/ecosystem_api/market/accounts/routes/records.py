"""Paths of accounts."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.market.accounts import service
from ecosystem_api.market.accounts.schemas import AccountId, AccountRead, AccountUpdate
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    FieldNames,
    IfMatch,
    Page,
    Paging,
    allow,
    answered,
    room_router,
    tagged,
)  # fmt: skip
from ecosystem_api.runtime.wire import Country, Key

router = room_router("accounts")
Reader = Annotated[Caller, allow("accounts:read")]


@router.get("/v1/accounts", response_model=Page[AccountRead])
async def list_accounts(
    tx: CurrentTx,
    who: Reader,
    response: Response,
    paging: Annotated[Paging, Depends()],
    name: Annotated[
        str | None, Query(description="Accounts of this name, however it is spelled.", max_length=200)
    ] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=2,
            max_length=100,
            description="Only accounts with all these words, the last of which may be the beginning of one, in name "
            "and domains, for staff also in aliases and external ids; case and accents ignored.",
        ),
    ] = None,
    country: Annotated[Country | None, Query(description="Only accounts of this country.")] = None,
    domain: Annotated[
        str | None, Query(description="The account with this domain; a partner's, if it brought it.", max_length=253)
    ] = None,
    is_customer: Annotated[bool | None, Query(description="Only customers, or only others. Staff only.")] = None,
    external_system: Annotated[Key | None, Query(description="With `external_id`: the system. Staff only.")] = None,
    external_id: Annotated[str | None, Query(description="The account's id there. Staff only.", max_length=200)] = None,
    merged_into_id: Annotated[
        AccountId | None,
        Query(description="Those that were merged into this one; the others are not listed then. Staff only."),
    ] = None,
    sort: Annotated[Literal["name", "-name"], Query(description="Order; a minus sign means from Z to A.")] = "name",
    fields: FieldNames = None,
) -> Response:
    """List accounts by name: staff all of them, a partner those it named or works on."""
    if (external_system is None) != (external_id is None):
        fault = FieldError("external_id", "incomplete", "Send external_system and external_id together.")
        raise InvalidRequest(errors=[fault])
    filters = {
        "name": name,
        "q": q,
        "country": country,
        "domain": domain,
        "is_customer": is_customer,
        "external_system": external_system,
        "external_id": external_id,
        "merged_into_id": merged_into_id,
    }
    return answered(response, await service.list_accounts(tx, paging, filters, sort, fields))


@router.get("/v1/accounts/{account_id}", response_model=AccountRead)
async def get_account(
    account_id: AccountId, tx: CurrentTx, response: Response, who: Reader, fields: FieldNames = None
) -> Response:
    """Read one account."""
    return answered(response, await service.show_account(tx, account_id, fields))


@router.patch("/v1/accounts/{account_id}", response_model=AccountRead)
async def update_account(
    account_id: AccountId,
    body: AccountUpdate,
    tx: CurrentTx,
    response: Response,
    who: Annotated[Caller, allow("accounts:manage")],
    if_match: IfMatch = None,
) -> AccountRead:
    """Change an account by JSON merge patch; lists replace what was there."""
    return tagged(response, await service.update_account(tx, who, account_id, body, if_match))
