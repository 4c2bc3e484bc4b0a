"""Queries of amendments."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments.tables import AmendmentRow

_MOVED: Final = ("status", "reasons", "remedies", "decision_id", "decided_at", "version", "updated_at")
_COLUMNS: Final = tuple(column.key for column in AmendmentRow.__table__.columns if column.key != "vendor_id")


async def find_amendment(tx: Tx, amendment_id: UUID) -> AmendmentRow | None:
    """One amendment the caller may see."""
    row: AmendmentRow | None = await tx.session.scalar(scoped(tx, AmendmentRow).where(AmendmentRow.id == amendment_id))
    return row


async def find_decided(tx: Tx, decision_id: UUID | None) -> AmendmentRow | None:
    """The amendment about which a decision stands."""
    row: AmendmentRow | None = await tx.session.scalar(
        scoped(tx, AmendmentRow).where(AmendmentRow.decision_id == decision_id)
    )
    return row


async def amendments_of(tx: Tx, amendment_ids: Collection[UUID]) -> Sequence[AmendmentRow]:
    """Those of these amendments that the caller may see."""
    return list(await tx.session.scalars(scoped(tx, AmendmentRow).where(AmendmentRow.id.in_(amendment_ids))))


async def lock_amendment(tx: Tx, amendment_id: UUID) -> AmendmentRow | None:
    """One amendment the caller may see, as it is now, locked until the transaction ends."""
    found = await _locked(tx, scoped(tx, AmendmentRow).where(AmendmentRow.id == amendment_id))
    return found[0] if found else None


async def has_undecided(tx: Tx, deal_id: UUID) -> bool:
    """Whether an amendment of a registration waits to be decided."""
    undecided = scoped(tx, AmendmentRow, AmendmentRow.id).where(*_undecided(deal_id))
    return await tx.session.scalar(undecided.limit(1)) is not None


async def lock_undecided(tx: Tx, deal_id: UUID) -> Sequence[AmendmentRow]:
    """The undecided amendments of a registration, oldest first, locked until the transaction ends."""
    return await _locked(tx, scoped(tx, AmendmentRow).where(*_undecided(deal_id)).order_by(AmendmentRow.id))


def _undecided(deal_id: UUID) -> Sequence[ColumnElement[bool]]:
    return AmendmentRow.deal_id == deal_id, AmendmentRow.status == "in_review"


async def _locked(tx: Tx, statement: Select[Any]) -> Sequence[AmendmentRow]:
    rows = list(await tx.session.scalars(statement.with_for_update().execution_options(populate_existing=True)))
    for row in rows:
        # What a move changes is written with `keep`, in one round trip with the decision that it names.
        tx.session.expunge(row)
    return rows


def add(writes: Writes, row: AmendmentRow) -> None:
    """Write a new amendment, in one round trip with the decision that it names."""
    writes.insert(AmendmentRow, **{name: getattr(row, name) for name in _COLUMNS})


def keep(writes: Writes, row: AmendmentRow) -> None:
    """Write what a move changed in an amendment."""
    writes.change(AmendmentRow, row.id, **{name: getattr(row, name) for name in _MOVED})


def amendments(tx: Tx, *, deal_id: UUID | None, partner_id: UUID | None, status: str | None) -> Select[Any]:
    """Amendments the caller may see, filtered."""
    return filtered(tx, AmendmentRow, deal_id=deal_id, partner_id=partner_id, status=status)
