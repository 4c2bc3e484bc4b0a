"""Queries of contacts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.network.contacts.tables import ContactRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.locks import lock_name


async def find_contact(tx: Tx, contact_id: UUID, *, is_locked: bool = False) -> ContactRow | None:
    """One contact the caller may see."""
    statement = scoped(tx, ContactRow).where(ContactRow.id == contact_id)
    row: ContactRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


async def find_primary(tx: Tx, partner_id: UUID) -> ContactRow | None:
    """The contact of a partner to call first."""
    statement = scoped(tx, ContactRow).where(ContactRow.partner_id == partner_id, ContactRow.is_primary)
    row: ContactRow | None = await tx.session.scalar(statement)
    return row


async def people_of(tx: Tx, partner_id: UUID) -> Sequence[ContactRow]:
    """All contacts of a partner, locked."""
    statement = scoped(tx, ContactRow).where(ContactRow.partner_id == partner_id).order_by(ContactRow.id)
    return list(await tx.session.scalars(statement.with_for_update()))


async def find_by_email(tx: Tx, partner_id: UUID, email: str) -> ContactRow | None:
    """The contact of a partner with this e-mail address."""
    statement = scoped(tx, ContactRow).where(ContactRow.partner_id == partner_id, ContactRow.email == email)
    row: ContactRow | None = await tx.session.scalar(statement)
    return row


def contacts(tx: Tx, partner_id: UUID, role: str | None) -> Select[Any]:
    """The contacts of a partner, or those in a role."""
    statement = scoped(tx, ContactRow).where(ContactRow.partner_id == partner_id)
    return statement if role is None else statement.where(ContactRow.roles.any_() == role)


async def lock_primary(tx: Tx, partner_id: UUID) -> None:
    """Let changes of a partner's first contact wait for each other: each demotes the one before."""
    await lock_name(tx, f"contacts:{partner_id}")
