"""Tell rooms above what was settled in a window: how each question ended, when it was first asked, and of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.engagement import store


@dataclass(frozen=True, slots=True)
class Settled:
    """How a question ended in a window, with what its snapshot says of the partner and the deal.

    Shape: `first_at` is its first decision, made when it was asked; `size`, `tier` and `currency` are empty for none.
    `size` is None where the record was made before sizes were kept.
    """

    subject_id: str
    partner_id: UUID
    is_approved: bool
    first_at: datetime
    decided_at: datetime
    size: str | None
    personas: tuple[str, ...]
    tier: str
    deal_type: str
    country: str
    amount_minor: int
    currency: str


async def settled_cases(tx: Tx, action: str, since: datetime, until: datetime) -> Sequence[Settled]:
    """Every question of an action that was approved or rejected in `[since, until)`, by its last such decision there.

    Edges: reads over all partners, so it must not be answered to one of them as it is.
    """
    return [
        Settled(
            subject_id=row["subject_id"],
            partner_id=row["partner_id"],
            is_approved=row["outcome"] == "approve",
            first_at=row["first_at"],
            decided_at=row["decided_at"],
            size=row["partner_size"],
            personas=tuple(row["personas"] or ()),
            tier=row["tier"] or "",
            deal_type=row["deal_type"] or "",
            country=row["country"] or "",
            amount_minor=int(row["amount_minor"] or 0),
            currency=row["currency"] or "",
        )
        for row in await store.settled(tx, action=action, since=since, until=until)
    ]
