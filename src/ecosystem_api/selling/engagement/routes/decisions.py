"""Paths of decisions."""

from typing import Annotated

from fastapi import Depends, Query

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, room_router
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.schemas import DecisionId, DecisionRead, Outcome, PartnerRef, VerificationRead

router = room_router("engagement")


@router.get("/v1/decisions", response_model=Page[DecisionRead])
async def list_decisions(
    tx: CurrentTx,
    who: Annotated[Caller, allow("decisions:read")],
    paging: Annotated[Paging, Depends()],
    subject_id: Annotated[str | None, Query(description="Only decisions about this resource.", max_length=64)] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only decisions that concern this partner.")] = None,
    outcome: Annotated[Outcome | None, Query(description="Only decisions with this outcome.")] = None,
    kind: Annotated[str | None, Query(description="automatic or human.", pattern="^(automatic|human)$")] = None,
) -> Page[DecisionRead]:
    """List decisions, newest first."""
    return await service.list_decisions(
        tx, paging, subject_id=subject_id, partner_id=partner_id, outcome=outcome, kind=kind
    )


@router.get("/v1/decisions/{decision_id}", response_model=DecisionRead)
async def get_decision(
    decision_id: DecisionId, tx: CurrentTx, who: Annotated[Caller, allow("decisions:read")]
) -> DecisionRead:
    """Read one decision with what every rule said."""
    return await service.get_decision(tx, decision_id)


@router.post("/v1/decisions/{decision_id}/verify", response_model=VerificationRead)
async def verify_decision(
    decision_id: DecisionId, tx: CurrentTx, who: Annotated[Caller, allow("decisions:read")]
) -> VerificationRead:
    """Evaluate a recorded decision again from its snapshot, by the book it was made with."""
    return await service.verify_decision(tx, decision_id)
