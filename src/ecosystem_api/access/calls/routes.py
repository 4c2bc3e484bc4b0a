"""Paths of the request log."""

from typing import Annotated

from fastapi import Depends, Query

from ecosystem_api.access.calls import service
from ecosystem_api.access.calls.schemas import CallRead, DeprecatedCallRead
from ecosystem_api.access.clients.schemas import ClientRef
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, room_router

router = room_router("request log")


@router.get("/v1/request-log", response_model=Page[CallRead])
async def list_calls(
    tx: CurrentTx,
    who: Annotated[Caller, allow("request-log:read")],
    paging: Annotated[Paging, Depends()],
    client_id: Annotated[
        ClientRef | None,
        Query(description="Calls of this credential, by `id` or `client_id`. Another than one's own: `clients:read`."),
    ] = None,
    request_id: Annotated[str | None, Query(max_length=128, description="Only the call with this id.")] = None,
    route: Annotated[
        str | None, Query(max_length=200, description="Only calls of this path, as in the contract.")
    ] = None,
    status: Annotated[int | None, Query(ge=100, le=599, description="Only calls answered with this status.")] = None,
    is_refused: Annotated[bool | None, Query(description="Only refusals (400 and up), or only the others.")] = None,
) -> Page[CallRead]:
    """Read one's own last calls, newest first: the refused ones too, without anything they said.

    The last 1,000 of each credential are kept, for a week at most. A call appears about a second after its answer;
    calls with a token that was not accepted are nobody's and are not kept. The log helps to find faults and proves
    nothing: a process that is killed takes its last second along. What happened stands in the events.
    """
    return await service.list_calls(
        tx, who, paging, client_id=client_id, request_id=request_id, route=route, status=status, is_refused=is_refused
    )


@router.get("/v1/deprecated-calls", response_model=Page[DeprecatedCallRead])
async def list_deprecated_calls(
    tx: CurrentTx,
    who: Annotated[Caller, allow("deprecated-calls:read")],
    paging: Annotated[Paging, Depends()],
) -> Page[DeprecatedCallRead]:
    """See which credentials still call what will end, and how often: the latest first, kept for 400 days."""
    return await service.list_deprecated_calls(tx, paging)
