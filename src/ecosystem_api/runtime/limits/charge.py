"""All limits of one process: budgets in memory in front, shared budgets behind them, places at the database last."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from starlette.types import Scope

from ecosystem_api.runtime.database import Database, Tx
from ecosystem_api.runtime.limits.address import client_address
from ecosystem_api.runtime.limits.bucket import Buckets, Level, Policy, Spent
from ecosystem_api.runtime.limits.bulkhead import Bulkhead
from ecosystem_api.runtime.limits.errors import spent
from ecosystem_api.runtime.limits.rule import WRITES, Rule
from ecosystem_api.runtime.limits.shared import SharedBudgets, take_shared
from ecosystem_api.runtime.settings import Settings, listed

MINUTE, HOUR = 60, 3600
PROBES, IMPORTS, TOKENS = "probes", "imports", "tokens"
_LEASED_SHARE = 20  # a process reserves at most this part of a budget ahead


class Limits:
    """Charges every request. What is left of each budget goes on the answer, also on a refusal."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._clock = database.clock
        self._buckets = Buckets()
        self._shared = SharedBudgets(database)
        self._proxies = [ip_network(text) for text in listed(settings.trusted_proxies)]
        self._client = _policy("client", settings.client_requests_per_minute)
        self._partner = _policy("partner", settings.partner_requests_per_minute)
        self._vendor = _policy("vendor", settings.vendor_requests_per_minute)
        self._address = _policy("address", settings.address_requests_per_minute)
        self.tokens = _policy(TOKENS, settings.client_tokens_per_minute)
        self._own = {
            WRITES: _policy(WRITES, settings.client_writes_per_minute, lease=True),
            PROBES: _policy(PROBES, settings.partner_probes_per_minute),
            IMPORTS: _policy(IMPORTS, settings.client_imports_per_hour, HOUR),
        }
        self.bulkhead = Bulkhead(
            share=min(settings.vendor_concurrency, settings.pool_size),
            queue=settings.vendor_queue,
            wait_seconds=settings.pool_wait_seconds,
            pool_size=settings.pool_size,
            pool_queue=settings.pool_queue,
        )

    def charge_stranger(self, scope: Scope) -> None:
        """Charge the address of who has not proved who it is. Errors: `TooManyRequests`."""
        if self._address is not None:
            self._take(scope, [(self._address, client_address(scope, self._proxies))])

    def charge(self, scope: Scope, subject: str, vendor: str, partner: str | None) -> None:
        """Charge a known caller, its partner and its vendor: all or none. Errors: `TooManyRequests`.

        Edges: a partner is not told what is left of the vendor's budget: that would tell how busy its rivals are.
        """
        wanted: list[tuple[Policy, Any]] = []
        if self._client is not None:
            wanted.append((self._client, (vendor, subject)))
        if partner is not None and self._partner is not None:
            wanted.append((self._partner, (vendor, partner)))
        told = len(wanted) if partner is not None else len(wanted) + 1
        if self._vendor is not None:
            wanted.append((self._vendor, vendor))
        self._take(scope, wanted, told)

    async def charge_shared(self, scope: Scope, rule: Rule, subject: str, vendor_id: UUID, partner: str | None) -> None:
        """Charge the budget a route has of its own, over all processes. Errors: `TooManyRequests`.

        Edges: probes count for the partner, whichever of its credentials asks; of the vendor's own people, who may
        see all there is to see, they are writes.
        """
        if rule.budget is None:
            return
        is_probe = rule.budget == PROBES and partner is not None
        policy = self._own[WRITES if rule.budget == PROBES and not is_probe else rule.budget]
        if policy is None:
            return
        try:
            level = await self._shared.take(vendor_id, policy, str(partner) if is_probe else subject)
        except Spent as found:
            _tell(scope, [Level(found.policy, 0, found.policy.window_seconds)])
            raise spent(found) from None
        _tell(scope, [level])

    async def charge_token(self, scope: Scope, tx: Tx, client: str) -> None:
        """Charge a client that proved itself for the token it is about to get. Errors: `TooManyRequests`.

        Edges: who does not know the secret cannot use the budget up.
        """
        if self.tokens is None:
            return
        try:
            _tell(scope, [await take_shared(tx, self.tokens, client)])
        except Spent as found:
            _tell(scope, [Level(found.policy, 0, found.policy.window_seconds)])
            raise spent(found) from None

    def _take(self, scope: Scope, wanted: list[tuple[Policy, Any]], told: int = 1) -> None:
        try:
            _tell(scope, self._buckets.take(wanted, self._clock().timestamp())[:told])
        except Spent as found:
            _tell(scope, [Level(found.policy, 0, found.policy.window_seconds)])
            raise spent(found) from None


def _policy(name: str, quota: int, window_seconds: int = MINUTE, *, lease: bool = False) -> Policy | None:
    """A budget, or None where the installation sets none."""
    most = max(quota // _LEASED_SHARE, 1) if lease else 1
    return Policy(name, quota, window_seconds, most) if quota else None


def _tell(scope: Scope, levels: Sequence[Level]) -> None:
    scope["state"].setdefault("limits", []).extend(levels)


def limit_headers(levels: Sequence[Level]) -> tuple[str, str]:
    """`RateLimit-Policy` and `RateLimit` as structured fields.

    Source: draft-ietf-httpapi-ratelimit-headers; `t` is when all of the budget is free again.
    """
    return ", ".join(str(level.policy) for level in levels), ", ".join(map(str, levels))
