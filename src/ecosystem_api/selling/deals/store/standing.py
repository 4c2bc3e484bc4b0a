"""What rooms above ask about all partners at once: who claims a customer, how busy each is, how its deals ended."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, cast, func

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.deals.domain import CAPACITY_STATUSES, Waiting
from ecosystem_api.selling.deals.store.judgement import Claim, running_claims, waiting_for
from ecosystem_api.selling.deals.tables import DealRow


async def claims_and_queue(tx: Tx, account_ids: Collection[UUID]) -> tuple[Sequence[Claim], list[Waiting]]:
    """The protected claims on a customer known by these accounts, and who waits there."""
    queues = await waiting_for(tx, account_ids)
    return await running_claims(tx, account_ids), [one for queue in queues.values() for one in queue]


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
