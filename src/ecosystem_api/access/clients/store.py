"""Queries of credentials."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, or_

from ecosystem_api.access.clients.tables import ClientRow, ClientSecretRow
from ecosystem_api.runtime.database import Tx, scoped


async def find_client(tx: Tx, client_id: UUID, *, is_locked: bool = False) -> ClientRow | None:
    """One credential the caller may see."""
    statement = scoped(tx, ClientRow).where(ClientRow.id == client_id)
    row: ClientRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def clients(tx: Tx, *, partner_id: UUID | None, status: str | None) -> Select[Any]:
    """Credentials the caller may see, filtered."""
    statement = scoped(tx, ClientRow)
    if partner_id is not None:
        statement = statement.where(ClientRow.partner_id == partner_id)
    if status is not None:
        statement = statement.where(ClientRow.status == status)
    return statement


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


async def find_standing(tx: Tx, client_id: UUID, has_ended: ColumnElement[bool]) -> Row[Any] | None:
    """What the gate asks of a credential at every request, in one statement."""
    own = (ClientRow.status, ClientRow.role, ClientRow.partner_id, ClientRow.scopes, ClientRow.ecosystem_version)
    statement = scoped(tx, ClientRow, *own, has_ended.label("has_ended")).where(ClientRow.id == client_id)
    found: Row[Any] | None = (await tx.session.execute(statement)).one_or_none()
    return found
