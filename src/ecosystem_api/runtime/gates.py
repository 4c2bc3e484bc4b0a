"""What the credentials' room said of a token, remembered for seconds: most requests follow another of the same caller.

A revocation holds at once in the process that wrote it, for every committed write of a room that may have moved them
forgets its vendor's callers, and after `KEPT_SECONDS` in the others.
"""

import time
from dataclasses import dataclass

from ecosystem_api.runtime.caller import Role

KEPT_SECONDS = 3.0
MOST_VENDORS = 10_000
MOST_TOKENS = 1_000


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a token's holder is, its role, the grants it holds, and the version of the contract it is pinned to."""

    actor_type: str
    role: Role
    scopes: frozenset[str]
    version: str | None = None


class Gates:
    """Who was let in lately, by vendor and by the exact text of the token's id."""

    def __init__(self) -> None:
        self._by_vendor: dict[str, dict[str, tuple[float, Admitted]]] = {}

    def find(self, vendor: str, token_id: str) -> Admitted | None:
        """What was said less than three seconds ago."""
        at, admitted = self._by_vendor.get(vendor, {}).get(token_id, (0.0, None))
        return admitted if time.monotonic() - at < KEPT_SECONDS else None

    def keep(self, vendor: str, token_id: str, admitted: Admitted) -> None:
        """Remember what was said. Edges: a vendor, or all, with too many is forgotten, so that memory is bounded."""
        if len(self._by_vendor) >= MOST_VENDORS:
            self._by_vendor.clear()
        of_vendor = self._by_vendor.setdefault(vendor, {})
        if len(of_vendor) >= MOST_TOKENS:
            of_vendor.clear()
        of_vendor[token_id] = (time.monotonic(), admitted)

    def clear(self) -> None:
        """Ask again for every token."""
        self._by_vendor.clear()

    def forget(self, vendor: str) -> None:
        """Ask again for every token of a vendor."""
        self._by_vendor.pop(vendor, None)
