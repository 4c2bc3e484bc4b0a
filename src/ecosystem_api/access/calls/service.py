"""Use cases of calls: keep them, show them, forget them."""

from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from ecosystem_api.access.calls import store
from ecosystem_api.access.calls.domain import KEPT_CALLS, KEPT_DEPRECATED_FOR, KEPT_FOR
from ecosystem_api.access.calls.schemas import CallRead, DeprecatedCallRead
from ecosystem_api.access.calls.tables import CallRow, DeprecatedCallRow
from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.domain import public_client_id
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.paging import Page, Paging, page_of
from ecosystem_api.runtime.journal import Call

_COLUMNS = (
    "partner_id", "actor_id", "called_at", "method", "route", "path", "status", "code", "duration_ms", "request_id",
    "ecosystem_version", "is_replayed", "is_rate_limited",
)  # fmt: skip
MANAGERS = "clients:read"


async def keep_calls(tx: Tx, calls: Sequence[Call]) -> None:
    """Write down one vendor's calls, and forget those that are too many."""
    of_actor: dict[str, deque[Call]] = defaultdict(lambda: deque(maxlen=KEPT_CALLS))
    for call in calls:  # what would be forgotten at once is not written
        of_actor[call.actor_id].append(call)
    kept = list(chain.from_iterable(of_actor.values()))
    columns: dict[str, list[Any]] = {name: [getattr(call, name) for call in kept] for name in _COLUMNS}
    # Names of parameters have no letter that a list's text would need to escape.
    columns["parameters"] = ["{" + ",".join(call.parameters) + "}" for call in kept]
    await store.insert_calls(tx, columns | {"id": [new_uuid() for _ in kept]})
    for actor_id in sorted(of_actor):
        await store.trim(tx, actor_id, KEPT_CALLS)
    for (actor_id, operation), found in sorted(_deprecated(calls).items()):
        last = found[-1]
        await store.count_deprecated(
            tx,
            {
                "actor_id": actor_id,
                "operation": operation,
                "partner_id": last.partner_id,
                "route": last.route,
                "method": last.method,
                "calls": len(found),
                "first_called_at": found[0].called_at,
                "last_called_at": last.called_at,
            },
        )


async def list_calls(
    tx: Tx,
    who: Caller,
    paging: Paging,
    *,
    client_id: UUID | None,
    request_id: str | None,
    route: str | None,
    status: int | None,
    is_refused: bool | None,
) -> Page[CallRead]:
    """The caller's own calls, or those of a credential it manages, newest first.

    Errors: `Forbidden` for another's without the permission to read credentials, `NotFound` for one it does not see.
    """
    actor_id = who.actor_id
    if client_id is not None and public_client_id(client_id, tx.vendor_id) != who.actor_id:
        who.require(MANAGERS)
        actor_id = (await clients.get_client(tx, client_id)).client_id
    statement = store.calls_of(tx, actor_id, request_id=request_id, route=route, status=status, is_refused=is_refused)
    return await page_of(tx, statement, paging, [(CallRow.id, True)], CallRead.model_validate)


async def list_deprecated_calls(tx: Tx, paging: Paging) -> Page[DeprecatedCallRead]:
    """Who still calls what will end, the latest first."""
    keys = [
        (DeprecatedCallRow.last_called_at, True),
        (DeprecatedCallRow.actor_id, False),
        (DeprecatedCallRow.operation, False),
    ]
    return await page_of(tx, store.deprecated_calls(tx), paging, keys, DeprecatedCallRead.model_validate)


async def forget_old(tx: Tx) -> None:
    """Forget what has outlived its purpose."""
    await store.forget_before(tx, tx.now - KEPT_FOR, tx.now - KEPT_DEPRECATED_FOR)


def _deprecated(calls: Sequence[Call]) -> dict[tuple[str, str], list[Call]]:
    found: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        if call.operation is not None:
            found.setdefault((call.actor_id, call.operation), []).append(call)
    return found
