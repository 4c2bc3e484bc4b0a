"""Claims as plain values: who holds what, on what it rests, how it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

ENDINGS: Final = ("expired", "released", "revoked", "closed_won", "closed_lost", "idle", "superseded", "amended")
"""How a protection ends, or what of it an amendment takes out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A protected claim that neither anybody nor time has ended."""

    deal_id: UUID
    partner_id: UUID
    product_id: UUID


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """The protected claims of one registration at one account, and since when they run."""

    deal_id: UUID
    partner_id: UUID
    account_id: UUID
    product_ids: frozenset[UUID]
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """On what a protection rests, and how it was extended until now."""

    basis: str
    idle_days: int | None
    granted_until: datetime | None = None
    extensions: int = 0
    extended_days: int = 0
