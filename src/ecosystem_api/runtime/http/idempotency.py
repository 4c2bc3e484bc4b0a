"""A repeated POST with the same Idempotency-Key has one effect and the same answer.

The answer is stored in the transaction of the effect, so there is no instant at which one exists without the other.
Refusals are not stored: they had no effect, and a repeat is judged afresh.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, Text, func, select, text
from sqlalchemy.orm import Mapped, mapped_column
from starlette.responses import Response

from ecosystem_api.kernel.problem import FieldError, IdempotencyInProgress, IdempotencyKeyReused, InvalidRequest
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Base, Tx
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.tokens import seal, unseal

KEPT_HOURS = 24
_KEPT_HEADERS = ("location", "etag", "content-type", "link")


class IdempotencyKeyRow(Base):
    """The stored answer of one POST of one client. The body is sealed: an answer may contain a secret."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_age", "vendor_id", "created_at"), {"info": {"scope": "machinery"}})

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[str] = mapped_column(Text)
    sealed_body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(INSTANT, server_default=text("now()"))


@dataclass(frozen=True)
class Attempt:
    """One use of a key: who, which key, and the fingerprint of method, address and body."""

    actor_id: str
    key: str
    fingerprint: bytes

    @property
    def context(self) -> str:
        """What the sealed body is bound to."""
        return f"idempotency:{self.actor_id}:{self.key}"


def attempt_of(who: Caller, key: str, method: str, target: str, body: bytes) -> Attempt:
    """Check a key and bind it to its request. Errors: `InvalidRequest` for a key that is empty, long or odd."""
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise InvalidRequest(
            errors=[FieldError("Idempotency-Key", "invalid_key", "1 to 255 printable ASCII characters.")]
        )
    digest = hashlib.sha256(f"{method} {target}\n".encode() + body).digest()
    return Attempt(who.actor_id, key, digest)


async def replay(tx: Tx, attempt: Attempt, secret: bytes) -> Response | None:
    """The stored answer, or None when this is the first time; the key is then held until the transaction ends.

    Errors: `IdempotencyInProgress` while a first request runs, `IdempotencyKeyReused` for another request's key.
    """
    name = f"{tx.vendor_id}:{attempt.actor_id}:{attempt.key}".encode()
    lock = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True)
    if not await tx.session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise IdempotencyInProgress(headers={"Retry-After": "1"})
    row = await tx.session.get(IdempotencyKeyRow, (tx.vendor_id, attempt.actor_id, attempt.key))
    if row is None:
        return None
    if row.fingerprint != attempt.fingerprint:
        raise IdempotencyKeyReused()
    response = Response(unseal(secret, row.sealed_body, attempt.context), row.status)
    for header, value in json.loads(row.headers).items():
        response.headers[header] = value
    response.headers["Idempotent-Replayed"] = "true"
    metrics.REPLAYS.inc()
    return response


async def remember(tx: Tx, attempt: Attempt, response: Response, secret: bytes) -> None:
    """Store the answer beside its effect."""
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await tx.insert(
        IdempotencyKeyRow(
            vendor_id=tx.vendor_id,
            actor_id=attempt.actor_id,
            key=attempt.key,
            fingerprint=attempt.fingerprint,
            status=response.status_code,
            headers=json.dumps(kept),
            sealed_body=seal(secret, bytes(response.body), attempt.context),
            created_at=tx.now,
        )
    )
