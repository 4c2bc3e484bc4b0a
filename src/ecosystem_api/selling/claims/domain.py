"""Claims as plain values: who holds what and where, what overlaps, on what a claim rests, how it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from unicodedata import normalize
from uuid import UUID

ENDINGS: Final = ("expired", "released", "revoked", "closed_won", "closed_lost", "idle", "superseded", "amended")
"""How a protection ends, or what of it an amendment takes out."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a claim counts: in one region, spelled as `extent_of` spells it, or everywhere."""

    region: str | None = None

    def meets(self, other: "Extent") -> bool:
        """Whether two claims count in one place. The exclusion constraint of `protections` says the same."""
        return self.region is None or other.region is None or self.region == other.region

    def includes(self, other: "Extent") -> bool:
        """Whether the other counts nowhere else."""
        return self.region is None or self.region == other.region


EVERYWHERE: Final = Extent()


def extent_of(region: str | None, *, by_region: bool = True) -> Extent:
    """Where a registration of this region claims: everywhere, unless claims are by region and it names one.

    Edges: regions are the vendor's own words, so case and spaces do not tell them apart.
    """
    words = normalize("NFKC", region).casefold().split() if by_region and region else []
    return Extent(" ".join(words) or None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is claimed of a customer: products, and where."""

    product_ids: frozenset[UUID]
    extent: Extent

    def overlaps(self, other: "Coverage") -> bool:
        """Whether one holder of both is one too many: a product in common, where both count."""
        return self.extent.meets(other.extent) and not self.product_ids.isdisjoint(other.product_ids)

    def includes(self, other: "Coverage") -> bool:
        """Whether the other claims nothing more."""
        return self.extent.includes(other.extent) and self.product_ids >= other.product_ids

    def is_free(self, held: Iterable["Coverage"]) -> bool:
        """Whether nothing of it is held."""
        return not any(self.overlaps(one) for one in held)


@dataclass(frozen=True, slots=True)
class Claim:
    """A protected claim that neither anybody nor time has ended."""

    deal_id: UUID
    partner_id: UUID
    product_id: UUID
    extent: Extent

    @property
    def coverage(self) -> Coverage:
        """What it covers."""
        return Coverage(frozenset((self.product_id,)), self.extent)


@dataclass(frozen=True, slots=True)
class UnendedClaim:
    """What a registration claims until somebody ends it, and when it is to end or ought to have ended."""

    deal_id: UUID
    coverage: Coverage
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """The protected claims of one registration at one account, and since when they run."""

    deal_id: UUID
    partner_id: UUID
    account_id: UUID
    coverage: Coverage
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """On what a protection rests, and how it was extended until now."""

    basis: str
    idle_days: int | None
    granted_until: datetime | None = None
    extensions: int = 0
    extended_days: int = 0
