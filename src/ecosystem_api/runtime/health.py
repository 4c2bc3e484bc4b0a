"""Is this process alive, and should it get traffic?"""

from typing import Annotated, Any, Literal

from fastapi import Depends
from fastapi.responses import JSONResponse
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ecosystem_api.runtime.bootstrap import alembic_config, find_schema_fault
from ecosystem_api.runtime.http import machinery_of, public, room_router
from ecosystem_api.runtime.limits import Priority, ranked
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tenants import WorkerBeatRow
from ecosystem_api.runtime.wire import Wire, told

STALE_BEAT_SECONDS = 15
health_router = room_router("health")
UNCOUNTED = ranked(Priority.HEALTH)
Parts = Annotated[Machinery, Depends(machinery_of)]


class LiveRead(Wire):
    """A sign of life."""

    status: Literal["ok"] = told("Always `ok`.", "ok")


class ReadyRead(Wire):
    """Whether this process should get traffic, and what was looked at."""

    status: Literal["ready", "not_ready"] = told("Whether to send traffic here.", "ready")
    checks: dict[str, Any] = told(
        "What was looked at, and how it was found.",
        {
            "draining": False,
            "database": "ok",
            "migrations": "ok",
            "relay": {"status": "ok", "lag_seconds": 0.012, "overdue_deliveries": 0, "reported_seconds_ago": 0.4},
        },
    )


@health_router.get(
    "/livez", response_model=LiveRead, dependencies=[public("an orchestrator asks without a token"), UNCOUNTED]
)
async def livez() -> LiveRead:
    """Alive: the process answers. Depends on nothing."""
    return LiveRead(status="ok")


class StartRead(Wire):
    """Whether this process has started."""

    status: Literal["started", "starting"] = told("Whether the start is complete.", "started")


@health_router.get(
    "/startupz",
    response_model=StartRead,
    responses={503: {"model": StartRead, "description": "Still starting."}},
    dependencies=[public("an orchestrator asks without a token")],
)
async def startupz(machinery: Parts) -> Any:
    """Started: the login was found safe and the signing keys were read; from here `/livez` and `/readyz` count."""
    if machinery.is_started:
        return StartRead(status="started")
    return JSONResponse({"status": "starting"}, 503, headers={"Retry-After": "1"})


@health_router.get(
    "/readyz",
    response_model=ReadyRead,
    responses={503: {"model": ReadyRead, "description": "Not ready; `checks` says why."}},
    dependencies=[public("a load balancer asks without a token"), UNCOUNTED],
)
async def readyz(machinery: Parts) -> Any:
    """Ready: the database answers, this code can work on its schema, and the process is not draining; else 503.

    The relay's lag is told but does not make a process unready: the API takes writes while a worker is away, and the
    ledger keeps what is owed.
    """
    checks: dict[str, Any] = {"draining": machinery.is_draining}
    try:
        async with machinery.database.crossing() as session:
            current = await session.scalar(text("select version_num from alembic_version"))
            beat = (
                await session.execute(
                    select(
                        WorkerBeatRow.relay_lag_seconds,
                        WorkerBeatRow.overdue,
                        func.extract("epoch", func.now() - WorkerBeatRow.beat_at).label("age"),
                    )
                    .order_by(WorkerBeatRow.beat_at.desc())
                    .limit(1)
                )
            ).first()
        checks["database"] = "ok"
        checks["migrations"] = find_schema_fault(alembic_config(machinery.settings.database_url), current) or "ok"
        checks["relay"] = _relay(beat)
    except (DBAPIError, PoolTimeout, OSError) as error:
        checks["database"] = f"unreachable ({type(error).__name__})"
    is_ready = checks.get("database") == "ok" and checks.get("migrations") == "ok" and not machinery.is_draining
    body = {"status": "ready" if is_ready else "not_ready", "checks": checks}
    return JSONResponse(body, 200 if is_ready else 503, headers={} if is_ready else {"Retry-After": "2"})


def _relay(beat: Any) -> dict[str, Any]:
    if beat is None:
        return {"status": "no worker has reported yet"}
    is_stale = float(beat.age) > STALE_BEAT_SECONDS
    return {
        "status": "no live worker" if is_stale else "ok",
        "lag_seconds": round(float(beat.relay_lag_seconds), 3),
        "overdue_deliveries": beat.overdue,
        "reported_seconds_ago": round(float(beat.age), 1),
    }
