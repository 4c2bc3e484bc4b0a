"""Queries of personas."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select

from ecosystem_api.network.personas.tables import PersonaRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered


async def find_persona(tx: Tx, key: str, *, is_locked: bool = False) -> PersonaRow | None:
    """One persona, retired or not."""
    statement = scoped(tx, PersonaRow).where(PersonaRow.key == key)
    row: PersonaRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


async def personas_named(tx: Tx, keys: Collection[str]) -> Sequence[PersonaRow]:
    """The personas with these keys, retired or not."""
    return list(await tx.session.scalars(scoped(tx, PersonaRow).where(PersonaRow.key.in_(keys))))


def personas(tx: Tx, *, status: str | None) -> Select[Any]:
    """All personas, or those with a status."""
    return filtered(tx, PersonaRow, status=status)
