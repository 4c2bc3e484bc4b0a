"""Queries of credentials."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_

from ecosystem_api.access.clients.tables import ClientRow, ClientSecretRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.revocation import has_ended
from ecosystem_api.runtime.statement import Row, Statement, given


async def find_client(tx: Tx, client_id: UUID, *, is_locked: bool = False) -> ClientRow | None:
    """One credential the caller may see."""
    statement = scoped(tx, ClientRow).where(ClientRow.id == client_id)
    row: ClientRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def clients(tx: Tx, *, partner_id: UUID | None, status: str | None) -> Select[Any]:
    """Credentials the caller may see, filtered."""
    return filtered(tx, ClientRow, partner_id=partner_id, status=status)


async def live_secrets(tx: Tx, client_ids: Collection[UUID]) -> Sequence[ClientSecretRow]:
    """Secrets of these clients that have not ended, newest first."""
    statement = (
        scoped(tx, ClientSecretRow)
        .where(
            ClientSecretRow.client_id.in_(client_ids),
            or_(ClientSecretRow.expires_at.is_(None), ClientSecretRow.expires_at > tx.now),
        )
        .order_by(ClientSecretRow.created_at.desc(), ClientSecretRow.id.desc())
    )
    return list(await tx.session.scalars(statement))


def _standing(tx: Any) -> Select[Any]:
    own = (ClientRow.status, ClientRow.role, ClientRow.partner_id, ClientRow.scopes, ClientRow.ecosystem_version)
    return scoped(tx, ClientRow, *own, has_ended(tx)).where(ClientRow.id == given("client_id"))


_STANDING = Statement(_standing)


async def find_standing(tx: Tx, client_id: UUID, holder: str, jti: str) -> Row | None:
    """What the gate asks of a credential and of one of its tokens at every request, in one statement."""
    return await _STANDING.row(tx, client_id=client_id, holder=holder, jti=jti)
