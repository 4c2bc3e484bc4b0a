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
    AccountMatchingRead,
    AccountMatchingUpdate,
    AccountMerge,
    AccountMergeNote,
    AccountMergeRead,
    AccountRead,
    AccountResolve,
    AccountResolved,
    AccountSplit,
    AccountSplitRead,
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
    machinery_of,
    room_router,
    tagged,
)  # fmt: skip
from ecosystem_api.runtime.limits import PROBES, counted
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.wire import Country, Day, Key

router = room_router("accounts")
Offers = Annotated[Machinery, Depends(machinery_of)]
Merger = Annotated[Caller, allow("accounts:merge")]
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
async def match_account(
    body: AccountCreate,
    tx: CurrentTx,
    who: Reader,
    as_of: Annotated[
        Day | None, Query(description="Names and families count as they hold on this day; today if left out.")
    ] = None,
) -> AccountMatches:
    """Which known accounts a description may mean, best first; creates nothing.

    Staff read a score and the evidence for it. A partner searches those it sees and reads the outcome.
    """
    return await service.find_candidates(tx, who, body, as_of)


@router.get("/v1/account-matching", response_model=AccountMatchingRead)
async def get_account_matching(
    tx: CurrentTx, response: Response, who: Annotated[Caller, allow("accounts:manage")]
) -> AccountMatchingRead:
    """Read how sure a match must be before it is acted on, and before a person is asked."""
    return tagged(response, await service.get_matching(tx))


@router.patch("/v1/account-matching", response_model=AccountMatchingRead)
async def update_account_matching(
    body: AccountMatchingUpdate, tx: CurrentTx, response: Response, who: Merger, if_match: IfMatch = None
) -> AccountMatchingRead:
    """Change how sure a match must be, by JSON merge patch; it holds from the next match on.

    What is certain by less than `auto_link_score` becomes `possible`: a person looks. Whatever the score, nothing is
    linked by itself without a number in common or agreement on a domain or the country.
    """
    return tagged(response, await service.update_matching(tx, who, body, if_match))


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
