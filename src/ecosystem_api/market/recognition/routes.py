"""Paths of recognition."""

from typing import Annotated

from fastapi import Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.accounts.schemas import AccountCreate
from ecosystem_api.market.recognition import service
from ecosystem_api.market.recognition.schemas import (
    AccountMatches,
    AccountMatchingRead,
    AccountMatchingUpdate,
    AccountResolve,
    AccountResolved,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, allow, room_router, tagged
from ecosystem_api.runtime.limits import PROBES, counted
from ecosystem_api.runtime.wire import Day

router = room_router("accounts")


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
    who: Annotated[Caller, allow("accounts:read")],
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
    body: AccountMatchingUpdate,
    tx: CurrentTx,
    response: Response,
    who: Annotated[Caller, allow("accounts:merge")],
    if_match: IfMatch = None,
) -> AccountMatchingRead:
    """Change how sure a match must be, by JSON merge patch; it holds from the next match on.

    What is certain by less than `auto_link_score` becomes `possible`: a person looks. Whatever the score, nothing is
    linked by itself without a number in common or agreement on a domain or the country.
    """
    return tagged(response, await service.update_matching(tx, who, body, if_match))
