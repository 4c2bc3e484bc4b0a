"""Queries of partners."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Text, and_, bindparam, delete, func, or_, update

from ecosystem_api.network.partners.tables import (
    PartnerAliasRow,
    PartnerExternalIdRow,
    PartnerPersonaRow,
    PartnerRelationshipRow,
    PartnerRow,
    PartnerStatusChangeRow,
)
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.locks import lock_name
from ecosystem_api.runtime.statement import Row, Statement, any_of


def _facts_of(tx: Any) -> Select[Any]:
    today = bindparam("today", type_=Date())
    held = scoped(tx, PartnerPersonaRow, func.array_agg(PartnerPersonaRow.persona))
    until = PartnerPersonaRow.until_on
    held = held.where(
        PartnerPersonaRow.partner_id == PartnerRow.id,
        PartnerPersonaRow.from_on <= today,
        or_(until.is_(None), until > today),
    )
    own = (PartnerRow.status, PartnerRow.tier, PartnerRow.country, PartnerRow.territories, PartnerRow.certifications)
    return scoped(tx, PartnerRow, *own, PartnerRow.custom_fields, held.scalar_subquery().label("personas"))


_STANDING = Statement(lambda tx: _facts_of(tx).where(PartnerRow.id == bindparam("partner_id")))
_ITSELF = Statement(
    lambda tx: scoped(tx, PartnerRow, PartnerRow.id).where(
        PartnerRow.id == bindparam("partner_id"), PartnerRow.merged_into_id.is_(None)
    )
)


async def find_standing(tx: Tx, partner_id: UUID, today: date) -> Row | None:
    """What rules ask about a partner the caller may see, with the personas it has on a day."""
    return await _STANDING.row(tx, partner_id=partner_id, today=today)


async def stands_for_itself(tx: Tx, partner_id: UUID) -> bool:
    """Whether this is a partner that the caller may see and that was not merged into another."""
    return await _ITSELF.row(tx, partner_id=partner_id) is not None


async def find_partner(tx: Tx, partner_id: UUID, *, is_locked: bool = False) -> PartnerRow | None:
    """One partner the caller may see. The lock makes changes of one partner wait for each other."""
    statement = scoped(tx, PartnerRow).where(PartnerRow.id == partner_id)
    row: PartnerRow | None = await tx.session.scalar(
        statement.with_for_update(key_share=True) if is_locked else statement
    )
    return row


async def sizes_of(tx: Tx, partner_ids: Collection[UUID]) -> Sequence[Any]:
    """The size bands of some partners: (id, size_band)."""
    statement = scoped(tx, PartnerRow, PartnerRow.id, PartnerRow.size_band).where(PartnerRow.id.in_(partner_ids))
    return list(await tx.session.execute(statement))


def size_of(tx: Any) -> Select[Any]:
    """The size band of one partner. Shape: takes `partner_id`."""
    return scoped(tx, PartnerRow, PartnerRow.size_band).where(PartnerRow.id == bindparam("partner_id"))


def _profiles(tx: Any) -> Select[Any]:
    own = (PartnerRow.id, PartnerRow.regions, PartnerRow.verticals, PartnerRow.skills, PartnerRow.size_band)
    statement = _facts_of(tx).add_columns(*own)
    return statement.where(PartnerRow.status == any_of("statuses", Text())).order_by(PartnerRow.id)


_PROFILES = Statement(_profiles)


async def profiles(tx: Tx, statuses: Collection[str], today: date) -> Sequence[Row]:
    """What may speak for each partner in one of these states, with the personas it has on a day."""
    return await _PROFILES.rows(tx, statuses=list(statuses), today=today)


def _held_on(day: date) -> Sequence[Any]:
    until = PartnerPersonaRow.until_on
    return [PartnerPersonaRow.from_on <= day, or_(until.is_(None), until > day)]


def _named(tx: Tx, name_key: str) -> Any:
    aliased = scoped(tx, PartnerAliasRow, PartnerAliasRow.partner_id).where(PartnerAliasRow.name_key == name_key)
    own = and_(PartnerRow.name_key == name_key, PartnerRow.merged_into_id.is_(None))
    return or_(own, PartnerRow.id.in_(aliased))


def _known_as(tx: Tx, system: str, external_id: str | None) -> Select[Any]:
    # An id that stayed with a merged partner leads to the one that stands for both.
    leads_to = func.coalesce(PartnerRow.merged_into_id, PartnerRow.id)
    known = scoped(tx, PartnerRow, leads_to).join(
        PartnerExternalIdRow,
        (PartnerExternalIdRow.vendor_id == PartnerRow.vendor_id) & (PartnerExternalIdRow.partner_id == PartnerRow.id),
    )
    return known.where(PartnerExternalIdRow.system == system, PartnerExternalIdRow.external_id == external_id)


async def partners_named(tx: Tx, name_key: str) -> Sequence[PartnerRow]:
    """Up to two partners with this name or alias: two are one too many to resolve."""
    return list(await tx.session.scalars(scoped(tx, PartnerRow).where(_named(tx, name_key)).limit(2)))


async def partner_known_as(tx: Tx, system: str, external_id: str) -> PartnerRow | None:
    """The partner with this id in another system."""
    statement = scoped(tx, PartnerRow).where(PartnerRow.id.in_(_known_as(tx, system, external_id)))
    row: PartnerRow | None = await tx.session.scalar(statement)
    return row


async def partners_known_as(tx: Tx, ids: Mapping[str, str]) -> set[UUID]:
    """The partners that other systems know under one of these ids, by system."""
    return {row.id for system, value in ids.items() if (row := await partner_known_as(tx, system, value)) is not None}


async def personas_on(tx: Tx, partner_ids: Collection[UUID], day: date) -> Sequence[PartnerPersonaRow]:
    """The personas these partners have on a day, by key."""
    statement = scoped(tx, PartnerPersonaRow).where(PartnerPersonaRow.partner_id.in_(partner_ids), *_held_on(day))
    return list(await tx.session.scalars(statement.order_by(PartnerPersonaRow.persona)))


def personas_of(tx: Tx, partner_id: UUID) -> Select[Any]:
    """All personas of a partner, past, present and future."""
    return scoped(tx, PartnerPersonaRow).where(PartnerPersonaRow.partner_id == partner_id)


async def unended_persona(tx: Tx, partner_id: UUID, persona: str, day: date) -> PartnerPersonaRow | None:
    """The span of a persona that has not ended by a day, the earliest first."""
    until = PartnerPersonaRow.until_on
    statement = personas_of(tx, partner_id).where(
        PartnerPersonaRow.persona == persona, or_(until.is_(None), until > day)
    )
    row: PartnerPersonaRow | None = await tx.session.scalar(statement.order_by(PartnerPersonaRow.from_on).limit(1))
    return row


async def has_persona_since(tx: Tx, partner_id: UUID, persona: str, from_on: date) -> bool:
    """Whether a span of a persona began on a day, ended or not."""
    statement = personas_of(tx, partner_id).where(
        PartnerPersonaRow.persona == persona, PartnerPersonaRow.from_on == from_on
    )
    return await tx.session.scalar(statement.limit(1)) is not None


async def aliases_of(tx: Tx, partner_ids: Collection[UUID]) -> Sequence[PartnerAliasRow]:
    """The aliases of these partners, in the order they were learned."""
    statement = scoped(tx, PartnerAliasRow).where(PartnerAliasRow.partner_id.in_(partner_ids))
    return list(await tx.session.scalars(statement.order_by(PartnerAliasRow.id)))


async def aliases_named(tx: Tx, name_keys: Collection[str]) -> set[str]:
    """Which of these spellings lead to a partner already, as aliases."""
    statement = scoped(tx, PartnerAliasRow, PartnerAliasRow.name_key).where(PartnerAliasRow.name_key.in_(name_keys))
    return set(await tx.session.scalars(statement))


async def external_ids_of(tx: Tx, partner_ids: Collection[UUID]) -> Sequence[PartnerExternalIdRow]:
    """The ids of these partners in other systems, by system."""
    statement = scoped(tx, PartnerExternalIdRow).where(PartnerExternalIdRow.partner_id.in_(partner_ids))
    return list(await tx.session.scalars(statement.order_by(PartnerExternalIdRow.system)))


async def drop_aliases(tx: Tx, partner_id: UUID, name_keys: Collection[str]) -> None:
    """Forget these spellings."""
    row = PartnerAliasRow
    await tx.session.execute(
        delete(row).where(row.vendor_id == tx.vendor_id, row.partner_id == partner_id, row.name_key.in_(name_keys))
    )


async def drop_external_ids(tx: Tx, partner_id: UUID, systems: Collection[str]) -> None:
    """Forget the ids in these systems."""
    row = PartnerExternalIdRow
    await tx.session.execute(
        delete(row).where(row.vendor_id == tx.vendor_id, row.partner_id == partner_id, row.system.in_(systems))
    )


def relationships(tx: Tx, partner_id: UUID, kind: str | None = None) -> Select[Any]:
    """Relationships from or to a partner."""
    row = PartnerRelationshipRow
    return filtered(tx, row, kind=kind).where(or_(row.partner_id == partner_id, row.other_id == partner_id))


async def find_relationship(tx: Tx, partner_id: UUID, relationship_id: UUID) -> PartnerRelationshipRow | None:
    """One relationship from or to a partner."""
    statement = relationships(tx, partner_id).where(PartnerRelationshipRow.id == relationship_id)
    row: PartnerRelationshipRow | None = await tx.session.scalar(statement)
    return row


async def relationships_to(
    tx: Tx, other_ids: Collection[UUID], kinds: Collection[str]
) -> Sequence[PartnerRelationshipRow]:
    """What stands above these partners, in the order it was said."""
    row = PartnerRelationshipRow
    statement = scoped(tx, row).where(row.other_id.in_(other_ids), row.kind.in_(kinds))
    return list(await tx.session.scalars(statement.order_by(row.id)))


async def lock_relationships(tx: Tx, kind: str) -> None:
    """Let changes of one hierarchy wait for each other: two that are sound alone may close a circle together."""
    await lock_name(tx, f"partner_relationships:{kind}")


def status_changes(tx: Tx, partner_id: UUID) -> Select[Any]:
    """The steps of a partner's way, and of those that were merged into it."""
    merged = scoped(tx, PartnerRow, PartnerRow.id).where(PartnerRow.merged_into_id == partner_id)
    row = PartnerStatusChangeRow
    return scoped(tx, row).where(or_(row.partner_id == partner_id, row.partner_id.in_(merged)))


async def all_relationships(tx: Tx, partner_ids: Collection[UUID]) -> Sequence[PartnerRelationshipRow]:
    """Relationships from or to any of these partners, locked, in the order they were said."""
    row = PartnerRelationshipRow
    statement = scoped(tx, row).where(or_(row.partner_id.in_(partner_ids), row.other_id.in_(partner_ids)))
    return list(await tx.session.scalars(statement.order_by(row.id).with_for_update()))


async def all_personas(tx: Tx, partner_ids: Collection[UUID]) -> Sequence[PartnerPersonaRow]:
    """All spans of these partners' personas."""
    statement = scoped(tx, PartnerPersonaRow).where(PartnerPersonaRow.partner_id.in_(partner_ids))
    return list(await tx.session.scalars(statement.order_by(PartnerPersonaRow.id)))


async def forward_merged(tx: Tx, source_id: UUID, target_id: UUID) -> None:
    """Have those that were merged into one partner lead to another, so that every old id leads there in one step."""
    await tx.session.execute(
        update(PartnerRow)
        .where(PartnerRow.vendor_id == tx.vendor_id, PartnerRow.merged_into_id == source_id)
        .values(merged_into_id=target_id)
        .execution_options(synchronize_session=False)
    )
