"""Paths of simulations."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.schemas import (
    FlipRead,
    Outcome,
    PartnerRef,
    RuleBookId,
    SimulationCreate,
    SimulationId,
    SimulationRead,
)

router = room_router("engagement")
Reader = Annotated[Caller, allow("rule-books:read")]
Writer = Annotated[Caller, allow("rule-books:write")]


@router.post("/v1/rule-books/{rule_book_id}/simulations", status_code=202, response_model=SimulationRead)
async def start_simulation(
    rule_book_id: RuleBookId, body: SimulationCreate, tx: CurrentTx, response: Response, who: Writer
) -> SimulationRead:
    """Try a rule book on recorded decisions: what would it have decided otherwise, for whom, worth how much?

    The answer comes at once; `Location` says where to follow it. Every snapshot in the window is judged again by the
    book as it stands now. Nothing that was decided changes.
    """
    read = await service.start_simulation(tx, rule_book_id, body)
    return created(response, f"/v1/simulations/{encode('sim', read.id)}", read)


@router.get("/v1/rule-books/{rule_book_id}/simulations", response_model=Page[SimulationRead])
async def list_simulations(
    rule_book_id: RuleBookId, tx: CurrentTx, who: Reader, paging: Annotated[Paging, Depends()]
) -> Page[SimulationRead]:
    """List the simulations of a rule book, newest first."""
    return await service.list_simulations(tx, rule_book_id, paging)


@router.get("/v1/simulations/{simulation_id}", response_model=SimulationRead)
async def get_simulation(simulation_id: SimulationId, tx: CurrentTx, response: Response, who: Reader) -> SimulationRead:
    """Read how far a simulation is and what it found."""
    return tagged(response, await service.get_simulation(tx, simulation_id))


@router.get("/v1/simulations/{simulation_id}/flips", response_model=Page[FlipRead])
async def list_flips(
    simulation_id: SimulationId,
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    partner_id: Annotated[PartnerRef | None, Query(description="Only decisions that concern this partner.")] = None,
    after: Annotated[Outcome | None, Query(description="Only decisions that would become this.")] = None,
) -> Page[FlipRead]:
    """List the decisions that the book would have made otherwise, oldest first."""
    return await service.list_flips(tx, simulation_id, paging, partner_id=partner_id, after=after)


@router.post("/v1/simulations/{simulation_id}/cancel", response_model=SimulationRead)
async def cancel_simulation(
    simulation_id: SimulationId, tx: CurrentTx, response: Response, who: Writer
) -> SimulationRead:
    """Stop a simulation. What it found until now stays."""
    return tagged(response, await service.cancel_simulation(tx, who, simulation_id))
