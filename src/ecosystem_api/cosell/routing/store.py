"""Queries of routing policies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func

from ecosystem_api.cosell.routing.tables import RoutingPolicyRow
from ecosystem_api.runtime.database import Tx, scoped


async def find_policy(tx: Tx, policy_id: UUID, *, is_locked: bool = False) -> RoutingPolicyRow | None:
    """One policy the caller may see."""
    statement = scoped(tx, RoutingPolicyRow).where(RoutingPolicyRow.id == policy_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    row: RoutingPolicyRow | None = await tx.session.scalar(locked if is_locked else statement)
    return row


async def find_in_force(tx: Tx, at: datetime, *, is_locked: bool = False) -> RoutingPolicyRow | None:
    """The one policy whose period contains the instant; the lock lets offers under it take their turns."""
    statement = scoped(tx, RoutingPolicyRow).where(RoutingPolicyRow.in_force.contains(at))
    locked = statement.with_for_update().execution_options(populate_existing=True)
    row: RoutingPolicyRow | None = await tx.session.scalar(locked if is_locked else statement)
    return row


async def lock_last(tx: Tx) -> RoutingPolicyRow | None:
    """The policy that was published last, locked: publishing is one at a time."""
    statement = scoped(tx, RoutingPolicyRow).where(func.upper_inf(RoutingPolicyRow.in_force))
    row: RoutingPolicyRow | None = await tx.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True)
    )
    return row


def policies(tx: Tx, status: str | None) -> Select[Any]:
    """Policies in any state."""
    statement = scoped(tx, RoutingPolicyRow)
    if status is None:
        return statement
    has_ended = func.upper(RoutingPolicyRow.in_force) <= tx.now
    if status == "retired":
        return statement.where(has_ended)
    is_current = func.coalesce(~has_ended, True)
    return statement.where(RoutingPolicyRow.status == status, is_current)
