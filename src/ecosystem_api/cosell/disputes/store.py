"""Queries of cases, their parties and what these brought."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from ecosystem_api.cosell.disputes.tables import DisputeEvidenceRow, DisputePartyRow, DisputeRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered


async def find_dispute(tx: Tx, dispute_id: UUID, *, is_locked: bool = False) -> DisputeRow | None:
    """One case the caller may see; locked, as it is now, until the transaction ends."""
    statement = scoped(tx, DisputeRow).where(DisputeRow.id == dispute_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: DisputeRow | None = await tx.session.scalar(statement)
    return row


def disputes(
    tx: Tx,
    *,
    kind: str | None,
    status: str | None,
    deal_id: UUID | None,
    partner_id: UUID | None,
) -> Select[Any]:
    """Cases the caller may see, filtered."""
    statement = filtered(tx, DisputeRow, kind=kind, status=status)
    if deal_id is not None or partner_id is not None:
        parties = filtered(tx, DisputePartyRow, deal_id=deal_id, partner_id=partner_id)
        parties = parties.with_only_columns(DisputePartyRow.dispute_id)
        statement = statement.where(DisputeRow.id.in_(parties))
    return statement


async def disputes_of(tx: Tx, dispute_ids: Collection[UUID]) -> Sequence[DisputeRow]:
    """Those of these cases that the caller may see."""
    return list(await tx.session.scalars(scoped(tx, DisputeRow).where(DisputeRow.id.in_(dispute_ids))))


async def parties_of(tx: Tx, dispute_ids: Collection[UUID]) -> dict[UUID, list[DisputePartyRow]]:
    """The parties of these cases that the caller may see, in the order in which they joined."""
    found: dict[UUID, list[DisputePartyRow]] = defaultdict(list)
    statement = scoped(tx, DisputePartyRow).where(DisputePartyRow.dispute_id.in_(dispute_ids))
    for row in await tx.session.scalars(statement.order_by(DisputePartyRow.id)):
        found[row.dispute_id].append(row)
    return found


async def evidence_of(tx: Tx, dispute_ids: Collection[UUID]) -> dict[UUID, list[DisputeEvidenceRow]]:
    """What was brought to these cases, as far as the caller may see it, oldest first."""
    found: dict[UUID, list[DisputeEvidenceRow]] = defaultdict(list)
    statement = scoped(tx, DisputeEvidenceRow).where(DisputeEvidenceRow.dispute_id.in_(dispute_ids))
    for row in await tx.session.scalars(statement.order_by(DisputeEvidenceRow.id)):
        found[row.dispute_id].append(row)
    return found


async def find_case(tx: Tx, decision_id: UUID, deal_id: UUID) -> UUID | None:
    """The case in which this registration contests this decision, unless it was withdrawn."""
    statement = scoped(tx, DisputeRow, DisputeRow.id).where(
        DisputeRow.decision_id == decision_id,
        DisputeRow.status != "withdrawn",
        _claims(tx, DisputePartyRow.deal_id == deal_id),
    )
    found: UUID | None = await tx.session.scalar(statement)
    return found


async def open_case_of(
    tx: Tx, deal_id: UUID, *, extension_id: UUID | None = None, amendment_id: UUID | None = None
) -> UUID | None:
    """The open case in which this registration is the claimant, about itself or about this request or amendment."""
    statement = _open(tx).where(
        _claims(tx, DisputePartyRow.deal_id == deal_id),
        DisputeRow.extension_id.is_not_distinct_from(extension_id),
        DisputeRow.amendment_id.is_not_distinct_from(amendment_id),
    )
    found: UUID | None = await tx.session.scalar(statement)
    return found


async def has_open_cases(tx: Tx) -> bool:
    """Whether any case is open."""
    return await tx.session.scalar(_open(tx).limit(1)) is not None


async def open_cases_at(tx: Tx, account_ids: Collection[UUID]) -> Sequence[UUID]:
    """Open cases about a claim on these customers, in the order of their ids.

    Edges: about more time and amendments nobody else is heard: a ruling takes nothing from anybody.
    """
    statement = _open(tx).where(
        _claims(tx, DisputePartyRow.account_id.in_(account_ids)),
        DisputeRow.extension_id.is_(None),
        DisputeRow.amendment_id.is_(None),
    )
    return list(await tx.session.scalars(statement.order_by(DisputeRow.id)))


def _open(tx: Tx) -> Select[Any]:
    return scoped(tx, DisputeRow, DisputeRow.id).where(DisputeRow.status == "open")


def _claims(tx: Tx, which: ColumnElement[bool]) -> ColumnElement[bool]:
    claimants = scoped(tx, DisputePartyRow, DisputePartyRow.dispute_id).where(DisputePartyRow.side == "claimant")
    return DisputeRow.id.in_(claimants.where(which))
