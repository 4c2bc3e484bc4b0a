"""The public keys of others: found through OpenID Connect discovery or at a stated address, kept a while, refetched
when a key is unknown.

One process keeps its own. Whoever sends tokens with made-up key names causes at most one fetch a minute and issuer;
whoever waits for the same fetch waits for one fetch.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from ecosystem_api.runtime.clock import Clock, system_clock
from ecosystem_api.runtime.egress import Egress, EgressFailed, EgressRefused
from ecosystem_api.runtime.tokens import Algorithm, KeyRefused, KeyRing, VerificationKey, verification_key

FRESH = timedelta(minutes=10)
STALE = timedelta(hours=1)  # how long an issuer that does not answer is believed by its last keys
PAUSE = timedelta(minutes=1)
PAUSE_AFTER_FAILURE = timedelta(seconds=10)
MOST_KEYS = 50
MOST_SETS = 1000
DISCOVERY_PATH = "/.well-known/openid-configuration"

Fault = Literal["refused", "unreachable", "not_json", "other_issuer", "no_keys"]
SENTENCES: dict[Fault, str] = {
    "refused": "Its address, or that of its keys, may not be called: public https addresses only.",
    "unreachable": "It did not answer with 200 in time.",
    "not_json": "It answered with something else than the JSON document that belongs there.",
    "other_issuer": "Its discovery document names another issuer.",
    "no_keys": "It publishes no usable signing key: P-256 (ES256) or RSA from 2,048 bits (RS256).",
}
log = structlog.get_logger("keysets")


class KeysUnavailable(Exception):  # noqa: N818 - named for what happened
    """No keys of this issuer are to be had. Carries nothing of what its address said."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault

    @property
    def sentence(self) -> str:
        """What is wrong, in words for whoever configured it."""
        return SENTENCES[self.fault]


@dataclass
class _Kept:
    keys: tuple[VerificationKey, ...] = ()
    fetched_at: datetime | None = None
    rests_until: datetime | None = None
    fault: Fault = "unreachable"
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class KeySets:
    """Key sets by address. Shape: `ring = await keysets.of_issuer("https://login.example", kid, "ES256")`."""

    def __init__(self, egress: Egress, clock: Clock = system_clock) -> None:
        self._egress = egress
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def of_issuer(self, issuer: str, kid: str | None, algorithm: Algorithm) -> KeyRing:
        """The keys of one algorithm that an issuer publishes now; without `kid` in them if it is unknown there too.

        Edges: whoever names no key could not be seen to mean a new one, so keys are fetched again after a minute.
        Errors: KeysUnavailable.
        """
        return await self._ring(("issuer", issuer), kid, algorithm, lambda: self.discover(issuer))

    async def at_address(self, jwks_uri: str, kid: str | None) -> KeyRing:
        """The keys published at an address. Errors: KeysUnavailable."""
        return await self._ring(("jwks", jwks_uri), kid, None, lambda: self.fetch(jwks_uri))

    async def discover(self, issuer: str) -> tuple[VerificationKey, ...]:
        """Fetch an issuer's keys now, through its discovery document. Errors: KeysUnavailable.

        Source: OpenID Connect Discovery 1.0 section 4: the document must name the very issuer that was asked.
        """
        document = await self._document(issuer.rstrip("/") + DISCOVERY_PATH)
        if document.get("issuer") != issuer:
            raise KeysUnavailable("other_issuer")
        address = document.get("jwks_uri")
        if not isinstance(address, str):
            raise KeysUnavailable("not_json")
        return await self.fetch(address)

    async def fetch(self, jwks_uri: str) -> tuple[VerificationKey, ...]:
        """Fetch the usable keys at an address now. Errors: KeysUnavailable."""
        keys = usable_keys(await self._document(jwks_uri))
        if not keys:
            raise KeysUnavailable("no_keys")
        return keys

    async def _ring(
        self, name: tuple[str, str], kid: str | None, algorithm: Algorithm | None, fetch: Callable[[], Any]
    ) -> KeyRing:
        kept = self._kept.setdefault(name, _Kept())
        self._kept.move_to_end(name)
        while len(self._kept) > MOST_SETS:
            self._kept.popitem(last=False)
        if not self._serves(kept, kid):
            async with kept.lock:
                # Whoever waited here finds what the first one fetched.
                if not self._serves(kept, kid):
                    await self._refresh(kept, fetch)
        if kept.fetched_at is None or self._clock() - kept.fetched_at > STALE:
            raise KeysUnavailable(kept.fault)
        return KeyRing(tuple(key for key in kept.keys if algorithm in (None, key.algorithm)))

    def _serves(self, kept: _Kept, kid: str | None) -> bool:
        """Whether what is kept answers, or may not be asked for again yet."""
        now = self._clock()
        if kept.rests_until is not None and now < kept.rests_until <= now + PAUSE:
            return True
        fresh = kept.fetched_at is not None and timedelta(0) <= now - kept.fetched_at < FRESH
        return fresh and any(key.kid == kid for key in kept.keys)

    async def _refresh(self, kept: _Kept, fetch: Callable[[], Any]) -> None:
        try:
            kept.keys = await fetch()
        except KeysUnavailable as error:
            kept.fault, kept.rests_until = error.fault, self._clock() + PAUSE_AFTER_FAILURE
            log.warning("keys_unavailable", kind=error.fault)
        else:
            kept.fetched_at = self._clock()
            kept.rests_until = kept.fetched_at + PAUSE

    async def _document(self, url: str) -> Mapping[str, Any]:
        try:
            answer = await self._egress.call("GET", url, headers={"Accept": "application/json"})
        except EgressRefused:
            raise KeysUnavailable("refused") from None
        except EgressFailed:
            raise KeysUnavailable("unreachable") from None
        if answer.status != 200:
            raise KeysUnavailable("unreachable")
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise KeysUnavailable("not_json") from None
        if not isinstance(found, dict):
            raise KeysUnavailable("not_json")
        return found


def usable_keys(document: Mapping[str, Any]) -> tuple[VerificationKey, ...]:
    """The keys of a JWK Set that can verify here; others are passed over, as RFC 7517 section 5 asks.

    Edges: none when the set is malformed, too long, or gives two keys one name: which of them counts nobody could say.
    """
    members = document.get("keys")
    if not isinstance(members, list) or len(members) > MOST_KEYS:
        return ()
    keys = []
    for member in members:
        try:
            keys.append(verification_key(member) if isinstance(member, dict) else None)
        except KeyRefused:
            continue
    found = tuple(key for key in keys if key is not None)
    return found if len({key.kid for key in found}) == len(found) else ()
