"""Queries of extension requests."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.extensions.tables import ExtensionRow

_MOVED: Final = (
    "status", "granted_days", "kept_until", "new_protected_until", "reasons", "remedies", "decision_id", "decided_at",
    "version", "updated_at",
)  # fmt: skip
_COLUMNS: Final = tuple(column.key for column in ExtensionRow.__table__.columns if column.key != "vendor_id")


async def find_request(tx: Tx, request_id: UUID) -> ExtensionRow | None:
    """One request the caller may see."""
    row: ExtensionRow | None = await tx.session.scalar(scoped(tx, ExtensionRow).where(ExtensionRow.id == request_id))
    return row


async def find_decided(tx: Tx, decision_id: UUID | None) -> ExtensionRow | None:
    """The request about which a decision stands."""
    row: ExtensionRow | None = await tx.session.scalar(
        scoped(tx, ExtensionRow).where(ExtensionRow.decision_id == decision_id)
    )
    return row


async def requests_of(tx: Tx, request_ids: Collection[UUID]) -> Sequence[ExtensionRow]:
    """Those of these requests that the caller may see."""
    return list(await tx.session.scalars(scoped(tx, ExtensionRow).where(ExtensionRow.id.in_(request_ids))))


async def lock_request(tx: Tx, request_id: UUID) -> ExtensionRow | None:
    """One request the caller may see, as it is now, locked until the transaction ends."""
    return await _locked(tx, scoped(tx, ExtensionRow).where(ExtensionRow.id == request_id))


async def has_undecided(tx: Tx, deal_id: UUID) -> bool:
    """Whether a request about a registration waits to be decided."""
    return await tx.session.scalar(scoped(tx, ExtensionRow, ExtensionRow.id).where(*_undecided(deal_id))) is not None


async def lock_undecided(tx: Tx, deal_id: UUID) -> ExtensionRow | None:
    """The request about a registration that is undecided, locked until the transaction ends."""
    return await _locked(tx, scoped(tx, ExtensionRow).where(*_undecided(deal_id)))


def _undecided(deal_id: UUID) -> Sequence[ColumnElement[bool]]:
    return ExtensionRow.deal_id == deal_id, ExtensionRow.status == "in_review"


async def _locked(tx: Tx, statement: Select[Any]) -> ExtensionRow | None:
    row: ExtensionRow | None = await tx.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True)
    )
    if row is not None:
        # What a move changes is written with `keep`, in one round trip with the decision that it names.
        tx.session.expunge(row)
    return row


def add(writes: Writes, row: ExtensionRow) -> None:
    """Write a new request, in one round trip with the decision that it names."""
    writes.insert(ExtensionRow, **{name: getattr(row, name) for name in _COLUMNS})


def keep(writes: Writes, row: ExtensionRow) -> None:
    """Write what a move changed in a request."""
    writes.change(ExtensionRow, row.id, **{name: getattr(row, name) for name in _MOVED})


def requests(tx: Tx, *, deal_id: UUID | None, partner_id: UUID | None, status: str | None) -> Select[Any]:
    """Requests the caller may see, filtered."""
    return filtered(tx, ExtensionRow, deal_id=deal_id, partner_id=partner_id, status=status)
