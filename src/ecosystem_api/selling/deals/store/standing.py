"""What rooms above ask about all partners at once: how busy each is, how its deals ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, cast, func

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.deals.domain import CAPACITY_STATUSES
from ecosystem_api.selling.deals.tables import DealRow


async def open_registrations(tx: Tx) -> dict[UUID, int]:
    """How many registrations each partner has open, as rules count them."""
    statement = scoped(tx, DealRow, DealRow.partner_id, func.count()).where(DealRow.status.in_(CAPACITY_STATUSES))
    rows: Any = await tx.session.execute(statement.group_by(DealRow.partner_id))
    return dict(rows.all())


async def closed_since(tx: Tx, since: datetime) -> dict[UUID, tuple[int, int]]:
    """For each partner how many deals were closed since an instant, and how many of them won."""
    won = func.sum(cast(DealRow.stage == "closed_won", Integer))
    statement = scoped(tx, DealRow, DealRow.partner_id, func.count(), won)
    statement = statement.where(DealRow.status == "closed", DealRow.closed_at >= since).group_by(DealRow.partner_id)
    rows: Any = await tx.session.execute(statement)
    return {partner_id: (int(closed), int(won)) for partner_id, closed, won in rows}
