"""Paths of appeals and disputes."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.cosell.disputes import service
from ecosystem_api.cosell.disputes.schemas import (
    DisputeCreate,
    DisputeDecide,
    DisputeId,
    DisputeRead,
    EvidenceAdd,
    Kind,
    PartnerRef,
    Status,
)
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    IfMatch,
    Page,
    Paging,
    allow,
    created,
    room_router,
    tagged,
)
from ecosystem_api.selling.deals.schemas import DealId

router = room_router("disputes")
Reader = Annotated[Caller, allow("disputes:read")]
Writer = Annotated[Caller, allow("disputes:write")]
Reviewer = Annotated[Caller, allow("disputes:decide")]
_DISPUTE = "/v1/disputes/{dispute_id}"


@router.post("/v1/disputes", status_code=201, response_model=DisputeRead)
async def open_dispute(body: DisputeCreate, tx: CurrentTx, response: Response, who: Writer) -> DisputeRead:
    """Appeal a decision about a registration, a request for more time or an amendment; or dispute a claim.

    The registration stays as it is. Somebody who has not decided about it rules; `review` says by when.
    """
    read = await service.open_dispute(tx, who, body)
    return created(response, f"/v1/disputes/{encode('dsp', read.id)}", read)


@router.get("/v1/disputes", response_model=Page[DisputeRead])
async def list_disputes(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    kind: Annotated[Kind | None, Query(description="Only appeals, or only disputes.")] = None,
    status: Annotated[Status | None, Query(description="Only cases that stand so.")] = None,
    deal_registration_id: Annotated[DealId | None, Query(description="Only cases of this registration.")] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only cases of this partner, on either side.")] = None,
) -> Page[DisputeRead]:
    """List cases, newest first: staff all of them, a partner those it is a side of.

    Who is to rule by when is in the one queue of all that people decide: `GET /v1/reviews?subject_type=dispute`.
    """
    return await service.list_disputes(
        tx, who, paging, kind=kind, status=status, deal_id=deal_registration_id, partner_id=partner_id
    )


@router.get(_DISPUTE, response_model=DisputeRead)
async def get_dispute(dispute_id: DisputeId, tx: CurrentTx, response: Response, who: Reader) -> DisputeRead:
    """Read one case: what is contested, on what grounds, by when it is ruled on, and the ruling."""
    return tagged(response, await service.get_dispute(tx, who, dispute_id))


@router.post(_DISPUTE + "/evidence", response_model=DisputeRead)
async def add_dispute_evidence(
    dispute_id: DisputeId, body: EvidenceAdd, tx: CurrentTx, response: Response, who: Writer
) -> DisputeRead:
    """Bring evidence to a case, or say that there is no more to come."""
    return tagged(response, await service.add_evidence(tx, who, dispute_id, body))


@router.post(_DISPUTE + "/withdraw", response_model=DisputeRead)
async def withdraw_dispute(
    dispute_id: DisputeId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> DisputeRead:
    """Give a case up; what is contested stands."""
    return tagged(response, await service.withdraw(tx, who, dispute_id, if_match))


@router.post(_DISPUTE + "/decide", response_model=DisputeRead)
async def decide_dispute(
    dispute_id: DisputeId,
    body: DisputeDecide,
    tx: CurrentTx,
    response: Response,
    who: Reviewer,
    if_match: IfMatch = None,
) -> DisputeRead:
    """Rule on a case: `upheld`, `overturned`, or `split` with shares. A ruling is final.

    An overturned decision gives the registration the place it would have had by its first submission: the claim, where
    it is free or whoever holds it came later (who then waits, at its own place), else its place in line. Refused time
    is granted and a refused amendment applied as of the ruling, and never against a claim that another holds by now.
    """
    return tagged(response, await service.decide(tx, who, dispute_id, body, if_match))
