"""Paths of deal registrations."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    FieldNames,
    IfMatch,
    Page,
    Paging,
    allow,
    answered,
    made,
    room_router,
)  # fmt: skip
from ecosystem_api.runtime.limits import PROBES, counted
from ecosystem_api.runtime.wire import Key
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.schemas import (
    CheckRead,
    CheckRequest,
    DealApprove,
    DealCloseLost,
    DealCloseWon,
    DealCreate,
    DealExpanded,
    DealExtend,
    DealId,
    DealMoveStage,
    DealOverride,
    DealRead,
    DealReject,
    DealReturn,
    DealRevoke,
    DealStage,
    DealStatus,
    DealUpdate,
    NoteCreate,
    NoteRead,
    PartnerRef,
    ProtectionHistoryRead,
)
from ecosystem_api.selling.engagement.schemas import DecisionRead

router = room_router("deal registrations", moves_callers=False)
Reader = Annotated[Caller, allow("deals:read")]
Writer = Annotated[Caller, allow("deals:write")]
Decider = Annotated[Caller, allow("deals:decide")]
Expand = Annotated[
    str | None,
    Query(
        max_length=100,
        description="Relations to put beside their ids, separated by commas: `partner`, `account`.",
        examples=["partner,account"],
    ),
]
Sort = Literal["-created_at", "created_at", "-submitted_at", "submitted_at"]
_DEAL = "/v1/deal-registrations/{deal_id}"


@router.post("/v1/deal-registrations", status_code=201, response_model=DealRead)
async def create_deal(body: DealCreate, tx: CurrentTx, response: Response, who: Writer) -> Response:
    """Draft a deal registration. Name the customer by id, or describe it and it is found or created."""
    deal_id, written = await service.create_deal(tx, who, body)
    return made(response, f"/v1/deal-registrations/{encode('deal', deal_id)}", written)


@router.get("/v1/deal-registrations", response_model=Page[DealExpanded])
async def list_deals(
    tx: CurrentTx,
    who: Reader,
    response: Response,
    paging: Annotated[Paging, Depends()],
    status: Annotated[list[DealStatus] | None, Query(description="Any of these statuses; repeat it.")] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=2,
            max_length=100,
            description="Only registrations with all these words, the last of which may be the beginning of one, in "
            "title, number, external id and the customer's name; case and accents ignored.",
        ),
    ] = None,
    stage: Annotated[DealStage | None, Query(description="Only this sales stage.")] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only this partner's.")] = None,
    account_id: Annotated[AccountId | None, Query(description="Only for this customer.")] = None,
    deal_type: Annotated[Key | None, Query(description="Only this type of deal.")] = None,
    external_system: Annotated[Key | None, Query(description="With `external_id`: the other system.")] = None,
    external_id: Annotated[str | None, Query(description="The deal's id there.", max_length=200)] = None,
    sort: Annotated[Sort, Query(description="Order; a minus sign means newest first.")] = "-created_at",
    fields: FieldNames = None,
    expand: Expand = None,
) -> Response:
    """List deal registrations: staff all of them, a partner its own."""
    if (external_system is None) != (external_id is None):
        fault = FieldError("external_id", "incomplete", "Send external_system and external_id together.")
        raise InvalidRequest(errors=[fault])
    filters = {
        "status": status[0] if status and len(status) == 1 else None,
        "statuses": status if status and len(status) > 1 else None,
        "stage": stage,
        "q": q,
        "partner_id": partner_id,
        "account_id": account_id,
        "deal_type": deal_type,
        "external_system": external_system,
        "external_id": external_id,
    }
    return answered(response, await service.list_deals(tx, who, paging, filters, sort, fields=fields, expand=expand))


@router.get(_DEAL, response_model=DealExpanded)
async def get_deal(
    deal_id: DealId, tx: CurrentTx, response: Response, who: Reader, fields: FieldNames = None, expand: Expand = None
) -> Response:
    """Read one deal registration: where it stands, why, and what may be done now."""
    return answered(response, await service.show_deal(tx, who, deal_id, fields=fields, expand=expand))


@router.patch(_DEAL, response_model=DealRead)
async def update_deal(
    deal_id: DealId, body: DealUpdate, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Change a draft, a returned or a rejected registration, by JSON merge patch."""
    return answered(response, await service.update_deal(tx, who, deal_id, body, if_match))


@router.get(_DEAL + "/decision", response_model=DecisionRead)
async def get_deal_decision(deal_id: DealId, tx: CurrentTx, who: Reader) -> DecisionRead:
    """Read the decision that stands: the outcome, the reasons, and what every rule said."""
    return await service.deal_decision(tx, deal_id)


@router.post(_DEAL + "/submit", response_model=DealRead)
async def submit_deal(
    deal_id: DealId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Submit a registration. The rules of engagement decide at once, or say that a person will."""
    return answered(response, await service.submit(tx, who, deal_id, if_match))


@router.post(_DEAL + "/withdraw", response_model=DealRead)
async def withdraw_deal(
    deal_id: DealId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Take a draft or an undecided registration back."""
    return answered(response, await service.withdraw(tx, who, deal_id, if_match))


@router.post(_DEAL + "/release", response_model=DealRead)
async def release_deal(
    deal_id: DealId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Give a protected claim up; the next in the queue is judged."""
    return answered(response, await service.release(tx, who, deal_id, if_match))


@router.post(_DEAL + "/move-stage", response_model=DealRead)
async def move_deal_stage(
    deal_id: DealId, body: DealMoveStage, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Move the sale to another open stage."""
    return answered(response, await service.move_stage(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/close-won", response_model=DealRead)
async def close_deal_won(
    deal_id: DealId, body: DealCloseWon, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Close an approved deal as won, with its value."""
    return answered(response, await service.close_won(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/close-lost", response_model=DealRead)
async def close_deal_lost(
    deal_id: DealId, body: DealCloseLost, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> Response:
    """Close an approved deal as lost, with a reason."""
    return answered(response, await service.close_lost(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/approve", response_model=DealRead)
async def approve_deal(
    deal_id: DealId, body: DealApprove, tx: CurrentTx, response: Response, who: Decider, if_match: IfMatch = None
) -> Response:
    """Approve: the claim is protected and undecided rivals wait.

    If another registration holds the claim, the answer is 409 with this one's place in the queue.
    """
    return answered(response, await service.approve(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/reject", response_model=DealRead)
async def reject_deal(
    deal_id: DealId, body: DealReject, tx: CurrentTx, response: Response, who: Decider, if_match: IfMatch = None
) -> Response:
    """Reject, with a coded reason and what the partner can do about it."""
    return answered(response, await service.reject(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/return", response_model=DealRead)
async def return_deal(
    deal_id: DealId, body: DealReturn, tx: CurrentTx, response: Response, who: Decider, if_match: IfMatch = None
) -> Response:
    """Send a registration back to be completed; it keeps its place."""
    return answered(response, await service.return_to_partner(tx, who, deal_id, body, if_match))


@router.get(_DEAL + "/protection", response_model=ProtectionHistoryRead)
async def get_deal_protection(deal_id: DealId, tx: CurrentTx, who: Reader) -> ProtectionHistoryRead:
    """Read the protection that a registration holds or held, and what happened to it."""
    return await service.protection_history(tx, deal_id)


@router.post(_DEAL + "/extend", response_model=DealRead)
async def extend_deal(
    deal_id: DealId, body: DealExtend, tx: CurrentTx, response: Response, who: Decider, if_match: IfMatch = None
) -> Response:
    """Give a running protection more time, with a coded reason and what shows that the deal goes on."""
    return answered(response, await service.extend(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/revoke", response_model=DealRead)
async def revoke_deal(
    deal_id: DealId, body: DealRevoke, tx: CurrentTx, response: Response, who: Decider, if_match: IfMatch = None
) -> Response:
    """End a protection early, with a coded reason and what the partner can do about it."""
    return answered(response, await service.revoke(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/override", response_model=DealRead)
async def override_deal(
    deal_id: DealId, body: DealOverride, tx: CurrentTx, response: Response, who: Decider, if_match: IfMatch = None
) -> Response:
    """Give a registration the claim that another partner holds, because the customer says so in writing.

    The registration that held it becomes `superseded`: its partner reads why, what can be done, and the share that the
    book gives the runner-up.
    """
    return answered(response, await service.override(tx, who, deal_id, body, if_match))


@router.post(_DEAL + "/notes", status_code=201, response_model=NoteRead)
async def add_deal_note(deal_id: DealId, body: NoteCreate, tx: CurrentTx, who: Writer) -> NoteRead:
    """Note an activity on a deal; it counts as progress."""
    return await service.add_note(tx, who, deal_id, body)


@router.get(_DEAL + "/notes", response_model=Page[NoteRead])
async def list_deal_notes(
    deal_id: DealId, tx: CurrentTx, who: Reader, paging: Annotated[Paging, Depends()]
) -> Page[NoteRead]:
    """List the notes on a deal, newest first."""
    return await service.list_notes(tx, deal_id, paging)


@router.post("/v1/rules-of-engagement/check", response_model=CheckRead, dependencies=[counted(PROBES)])
async def check_deal(body: CheckRequest, tx: CurrentTx, who: Annotated[Caller, allow("deals:check")]) -> CheckRead:
    """Ask what would be decided about a deal now. Nothing is created; the question is noted."""
    return await service.check_deal(tx, who, body)
