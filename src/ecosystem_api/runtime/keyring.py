"""The installation's signing keys: kept sealed in the database, held open in memory, rotated with overlap."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.kernel.ids import decode, encode
from ecosystem_api.runtime.database import Base, Database
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.settings import Settings
from ecosystem_api.runtime.tokens import (
    AccessClaims,
    KeyRing,
    SigningKey,
    TokenRefused,
    issue_access_token,
    new_signing_key,
    seal,
    sign_document,
    unseal,
    verification_key,
    verify_access_token,
)

MOST_VERIFIED = 10_000


class SigningKeyRow(Base):
    """A key pair of the installation. No tenant: every vendor's tokens are signed with the newest."""

    __tablename__ = "signing_keys"
    __table_args__ = ({"info": {"scope": "reference"}},)

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sealed_private: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    retires_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Keyring:
    """The keys in force. `load` at start; later keys are found by `refresh`, which /readyz and rotation call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._signing: SigningKey | None = None
        self._ring = KeyRing(())
        self.jwks: dict[str, Any] = {"keys": []}
        # A signature costs more to check than all else about a read: what was verified is not verified again until it
        # expires or the keys change. Kept by the token's exact text; whether it was revoked is asked elsewhere.
        self._verified: dict[str, AccessClaims] = {}

    async def load(self, database: Database) -> None:
        """Read the keys. Errors: RuntimeError when there are none: `ecosystem-api migrate` makes the first."""
        async with database.crossing() as session:
            rows = list(await session.scalars(select(SigningKeyRow).order_by(SigningKeyRow.created_at.desc())))
        if not rows:
            raise RuntimeError("there is no signing key: run `ecosystem-api migrate` with the owner's DATABASE_URL")
        newest = rows[0]
        private = unseal(self._settings.derive("signing-keys"), newest.sealed_private, newest.kid).decode()
        self._signing = SigningKey(newest.kid, private, newest.public_jwk, newest.created_at)
        self._ring = KeyRing(tuple(verification_key(row.public_jwk) for row in rows))
        self.jwks = {"keys": [row.public_jwk for row in rows]}
        self._verified.clear()

    def verify(self, token: str, now: datetime) -> AccessClaims:
        """The claims of a token of ours. Errors: `TokenRefused`."""
        known = self._verified.get(token)
        if known is not None and known.issued_at <= now < known.expires_at:
            return known
        url = self._settings.public_url
        claims = verify_access_token(token, self._ring, issuer=url, audience=url, now=now)
        if len(self._verified) >= MOST_VERIFIED:
            self._verified.clear()
        self._verified[token] = claims
        return claims

    def issue(
        self,
        *,
        client_id: str,
        vendor_id: UUID,
        partner_id: UUID | None,
        role: str,
        scope: str,
        now: datetime,
        subject: str | None = None,
        until: datetime | None = None,
    ) -> tuple[str, int]:
        """An access token and its life in seconds: the installation's, or shorter where `until` ends sooner.

        Edges: the subject is the client itself unless another is named; a life is a second at least.
        """
        assert self._signing is not None, "load() runs at start"
        lifetime = self._settings.token_lifetime_seconds
        if until is not None:
            lifetime = max(1, min(lifetime, int((until - now).total_seconds())))
        token, _ = issue_access_token(
            self._signing,
            issuer=self._settings.public_url,
            audience=self._settings.public_url,
            subject=subject or client_id,
            client_id=client_id,
            vendor=encode("ven", vendor_id),
            partner=encode("par", partner_id) if partner_id else None,
            role=role,
            scope=scope,
            now=now,
            lifetime=timedelta(seconds=lifetime),
        )
        return token, lifetime

    def sign(self, payload: bytes, typ: str) -> str:
        """A document under the installation's signature, verifiable with the published keys."""
        assert self._signing is not None, "load() runs at start"
        return sign_document(self._signing, payload, typ)


def tenant_of(claims: AccessClaims) -> tuple[UUID, UUID | None]:
    """Vendor and partner a token speaks for. Errors: `TokenRefused` if they are not ids of ours."""
    try:
        return _decoded(claims.vendor, claims.partner)
    except ValueError:
        raise TokenRefused("malformed") from None


@lru_cache(maxsize=4_096)
def _decoded(vendor: str, partner: str | None) -> tuple[UUID, UUID | None]:
    return decode("ven", vendor), decode("par", partner) if partner else None


async def ensure_signing_key(session: AsyncSession, settings: Settings, now: datetime) -> None:
    """Make the first key of an installation. Runs as the owner, once; later calls change nothing."""
    if await session.scalar(select(SigningKeyRow.kid).limit(1)):
        return
    key = new_signing_key(now)
    sealed = seal(settings.derive("signing-keys"), key.private_pem.encode(), key.kid)
    jwk = json.loads(json.dumps(key.public_jwk))
    session.add(SigningKeyRow(kid=key.kid, public_jwk=jwk, sealed_private=sealed, created_at=now))
    await session.flush()
