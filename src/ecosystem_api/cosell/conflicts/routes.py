"""Paths of the vendor's opportunities and of conflicts."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.cosell.conflicts import service
from ecosystem_api.cosell.conflicts.schemas import (
    ConflictChoose,
    ConflictConfirm,
    ConflictContest,
    ConflictDismiss,
    ConflictId,
    ConflictOverrule,
    ConflictProve,
    ConflictRead,
    ConflictStatus,
    Obligation,
    OpportunityId,
    OpportunityRead,
    OpportunityStatus,
    OpportunityWrite,
    PartnerRef,
)
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.runtime.wire import Key
from ecosystem_api.selling.deals.schemas import DealId

router = room_router("conflicts")
Teller = Annotated[Caller, allow("vendor-opportunities:write")]
Watcher = Annotated[Caller, allow("vendor-opportunities:read")]
Reader = Annotated[Caller, allow("conflicts:read")]
Decider = Annotated[Caller, allow("conflicts:decide")]
Answerer = Annotated[Caller, allow("conflicts:answer")]
_CONFLICT = "/v1/conflicts/{conflict_id}"


@router.post(
    "/v1/vendor-opportunities",
    status_code=201,
    response_model=OpportunityRead,
    responses={200: {"model": OpportunityRead, "description": "It was known, and is kept as it is told now."}},
)
async def put_opportunity(body: OpportunityWrite, tx: CurrentTx, response: Response, who: Teller) -> OpportunityRead:
    """Keep an opportunity of the vendor's own team as its CRM tells it, by its external id.

    While it is open the rules of engagement judge it. On a partner's protected claim it opens a conflict, unless the
    rules approve it; where it may be the customer of a claim, a person looks.
    """
    outcome, read = await service.put_opportunity(tx, who, body)
    response.status_code = 201 if outcome == "created" else 200
    return created(response, f"/v1/vendor-opportunities/{encode('vopp', read.id)}", read)


@router.get("/v1/vendor-opportunities", response_model=Page[OpportunityRead])
async def list_opportunities(
    tx: CurrentTx,
    who: Watcher,
    paging: Annotated[Paging, Depends()],
    status: Annotated[OpportunityStatus | None, Query(description="Only those that stand so.")] = None,
    account_id: Annotated[AccountId | None, Query(description="Only those at this customer.")] = None,
    external_system: Annotated[Key | None, Query(description="With `external_id`: the other system.")] = None,
    external_id: Annotated[str | None, Query(description="The opportunity's id there.", max_length=200)] = None,
) -> Page[OpportunityRead]:
    """List opportunities of the vendor's own team, newest first."""
    if (external_system is None) != (external_id is None):
        fault = FieldError("external_id", "incomplete", "Send external_system and external_id together.")
        raise InvalidRequest(errors=[fault])
    return await service.list_opportunities(
        tx, paging, status=status, account_id=account_id, system=external_system, external_id=external_id
    )


@router.get("/v1/vendor-opportunities/{opportunity_id}", response_model=OpportunityRead)
async def get_opportunity(
    opportunity_id: OpportunityId, tx: CurrentTx, response: Response, who: Watcher
) -> OpportunityRead:
    """Read one opportunity, with its conflicts."""
    return tagged(response, await service.get_opportunity(tx, opportunity_id))


@router.get("/v1/conflicts", response_model=Page[ConflictRead])
async def list_conflicts(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[ConflictStatus | None, Query(description="Only conflicts that stand so.")] = None,
    obligation: Annotated[Obligation | None, Query(description="Only where this is how the vendor makes good.")] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only on claims of this partner.")] = None,
    deal_registration_id: Annotated[DealId | None, Query(description="Only on the claim of this registration.")] = None,
    opportunity_id: Annotated[
        OpportunityId | None, Query(description="Only of this opportunity; for the vendor's side.")
    ] = None,
    overdue: Annotated[bool, Query(description="Only where the vendor is late.")] = False,
) -> Page[ConflictRead]:
    """List conflicts, newest first: staff all of them, a partner those on its own claims."""
    return await service.list_conflicts(
        tx,
        who,
        paging,
        status=status,
        obligation=obligation,
        partner_id=partner_id,
        deal_id=deal_registration_id,
        opportunity_id=opportunity_id,
        is_overdue=overdue,
    )


@router.get(_CONFLICT, response_model=ConflictRead)
async def get_conflict(conflict_id: ConflictId, tx: CurrentTx, response: Response, who: Reader) -> ConflictRead:
    """Read one conflict: what is owed for it, by when, and what shows that it was met."""
    return tagged(response, await service.get_conflict(tx, who, conflict_id))


@router.post(_CONFLICT + "/confirm", response_model=ConflictRead)
async def confirm_conflict(
    conflict_id: ConflictId,
    body: ConflictConfirm,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ConflictRead:
    """Say that a suspected conflict is one: the opportunity is at the customer of the claim."""
    return tagged(response, await service.confirm(tx, who, conflict_id, body, if_match))


@router.post(_CONFLICT + "/dismiss", response_model=ConflictRead)
async def dismiss_conflict(
    conflict_id: ConflictId,
    body: ConflictDismiss,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ConflictRead:
    """Say that a suspected conflict is none."""
    return tagged(response, await service.dismiss(tx, who, conflict_id, body, if_match))


@router.post(_CONFLICT + "/choose", response_model=ConflictRead)
async def choose_obligation(
    conflict_id: ConflictId,
    body: ConflictChoose,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ConflictRead:
    """Choose how the vendor makes good: compensate, hand over, or release. It is owed until it is met."""
    return tagged(response, await service.choose(tx, who, conflict_id, body, if_match))


@router.post(_CONFLICT + "/prove", response_model=ConflictRead)
async def prove_obligation(
    conflict_id: ConflictId,
    body: ConflictProve,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ConflictRead:
    """Show that the vendor has made good; the partner accepts or contests it."""
    return tagged(response, await service.prove(tx, who, conflict_id, body, if_match))


@router.post(_CONFLICT + "/accept", response_model=ConflictRead)
async def accept_obligation(
    conflict_id: ConflictId, tx: CurrentTx, response: Response, who: Answerer, if_match: IfMatch = None
) -> ConflictRead:
    """Accept that the vendor has made good."""
    return tagged(response, await service.accept(tx, who, conflict_id, if_match))


@router.post(_CONFLICT + "/contest", response_model=ConflictRead)
async def contest_obligation(
    conflict_id: ConflictId,
    body: ConflictContest,
    tx: CurrentTx,
    response: Response,
    who: Answerer,
    if_match: IfMatch = None,
) -> ConflictRead:
    """Say what is missing: the obligation is owed again."""
    return tagged(response, await service.contest(tx, who, conflict_id, body, if_match))


@router.post(_CONFLICT + "/overrule", response_model=ConflictRead)
async def overrule_conflict(
    conflict_id: ConflictId,
    body: ConflictOverrule,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ConflictRead:
    """End a conflict without the partner's word, with a reason that the partner reads."""
    return tagged(response, await service.overrule(tx, who, conflict_id, body, if_match))
