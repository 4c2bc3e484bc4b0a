"""Paths of accounts."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.market.accounts import service
from ecosystem_api.market.accounts.schemas import (
    AccountCreate,
    AccountId,
    AccountMatches,
    AccountRead,
    AccountResolve,
    AccountResolved,
    AccountUpdate,
)
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
from ecosystem_api.runtime.limits import PROBES, counted
from ecosystem_api.runtime.wire import Country, Key

router = room_router("accounts")
Reader = Annotated[Caller, allow("accounts:read")]


@router.post(
    "/v1/accounts",
    status_code=201,
    response_model=AccountResolved,
    responses={200: {"model": AccountResolved, "description": "The customer was known: the account that it is."}},
    dependencies=[counted(PROBES)],
)
async def resolve_account(
    body: AccountResolve, tx: CurrentTx, response: Response, who: Annotated[Caller, allow("accounts:write")]
) -> AccountResolved:
    """Find the customer that a description means, or create it.

    201 with a new account, or 200 with the known one. The evidence for every match is in the answer; nothing is merged.
    For a partner every account is new that it did not see before, whoever else knows it.
    """
    resolved = await service.resolve_account(tx, who, body)
    response.status_code = 201 if resolved.is_new else 200
    response.headers["Location"] = f"/v1/accounts/{encode('acc', resolved.account.id)}"
    tagged(response, resolved.account)
    return resolved


@router.post("/v1/accounts/match", response_model=AccountMatches, dependencies=[counted(PROBES)])
async def match_account(body: AccountCreate, tx: CurrentTx, who: Reader) -> AccountMatches:
    """Which known accounts a description may mean, best first; creates nothing.

    Staff read a score and the evidence for it. A partner searches those it sees and reads the outcome.
    """
    return await service.find_candidates(tx, who, body)


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
    domain: Annotated[str | None, Query(description="The account with this domain; a partner's, if it brought it.", max_length=253)] = None,
    is_customer: Annotated[bool | None, Query(description="Only customers, or only others. Staff only.")] = None,
    external_system: Annotated[Key | None, Query(description="With `external_id`: the system. Staff only.")] = None,
    external_id: Annotated[str | None, Query(description="The account's id there. Staff only.", max_length=200)] = None,
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
