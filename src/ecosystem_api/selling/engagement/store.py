"""Queries of rule books, decisions and simulations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Select, Text, bindparam, cast, func, literal_column, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.statement import Row, Statement, literally
from ecosystem_api.selling.engagement.tables import DecisionRow, FlipRow, RuleBookRow, SimulationRow


def _standing(tx: Any) -> Select[Any]:
    about = scoped(tx, DecisionRow).where(
        DecisionRow.subject_id == bindparam("subject_id"), DecisionRow.action == bindparam("action")
    )
    about = about.order_by(DecisionRow.decided_at.desc(), DecisionRow.id.desc()).limit(1)
    before_id = about.with_only_columns(DecisionRow.id).scalar_subquery()
    before_at = about.with_only_columns(DecisionRow.decided_at).scalar_subquery()
    own = (RuleBookRow.id, RuleBookRow.number, RuleBookRow.content_hash)
    size = partners.size_of(tx).scalar_subquery().label("partner_size")
    statement = scoped(tx, RuleBookRow, *own, before_id.label("before_id"), before_at.label("before_at"), size)
    at = bindparam("at", type_=DateTime(timezone=True))
    return statement.where(RuleBookRow.in_force.contains(at), RuleBookRow.status != literal_column("'draft'"))


_STANDING = Statement(_standing)


def by_region(tx: Any) -> Any:
    """Whether the book in force lets claims overlap by region, as a value of other statements; null where none is.

    Shape: takes `now`.
    """
    at = bindparam("now", type_=DateTime(timezone=True))
    said = RuleBookRow.content.op("#>>")(literal_column("'{parameters,overlap_by_region}'"))
    statement = scoped(tx, RuleBookRow, cast(said, Boolean)).where(
        RuleBookRow.in_force.contains(at), RuleBookRow.status != literal_column("'draft'")
    )
    return statement.scalar_subquery()


def decided_about(tx: Any, decision_id: Any) -> Any:
    """The subject of the decision whose id another table's column holds, as a value of its SELECT."""
    row = DecisionRow
    return scoped(tx, row, row.subject_id).where(row.id == decision_id).correlate_except(row).scalar_subquery()


async def find_standing(tx: Tx, subject_id: str, action: str, at: datetime, *, partner_id: UUID | None) -> Row | None:
    """The book in force at an instant, without its content, the decision on this question that stands now, and the
    size of the partner."""
    return await _STANDING.row(tx, subject_id=subject_id, action=action, at=at, partner_id=partner_id)


async def find_book_in_force(tx: Tx, at: datetime) -> RuleBookRow | None:
    """The one book whose period contains the instant."""
    statement = scoped(tx, RuleBookRow).where(RuleBookRow.in_force.contains(at), RuleBookRow.status != "draft")
    row: RuleBookRow | None = await tx.session.scalar(statement)
    return row


async def find_book(tx: Tx, book_id: UUID, *, is_locked: bool = False) -> RuleBookRow | None:
    """One book the caller may see."""
    statement = scoped(tx, RuleBookRow).where(RuleBookRow.id == book_id)
    row: RuleBookRow | None = await tx.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True) if is_locked else statement
    )
    return row


async def find_book_before(tx: Tx, book: RuleBookRow) -> RuleBookRow | None:
    """The book whose period ended when this one's began."""
    begins = book.in_force.lower if book.in_force else None
    if begins is None:
        return None
    statement = scoped(tx, RuleBookRow).where(func.upper(RuleBookRow.in_force) == begins, RuleBookRow.status != "draft")
    row: RuleBookRow | None = await tx.session.scalar(statement)
    return row


def books(tx: Tx, status: str | None) -> Select[Any]:
    """Books in any state; a retired one is one whose period has ended, or that was given up."""
    statement = scoped(tx, RuleBookRow)
    has_ended = (RuleBookRow.status == "retired") | (func.upper(RuleBookRow.in_force) <= tx.now)
    if status == "retired":
        return statement.where(has_ended)
    if status == "published":
        return statement.where(RuleBookRow.status == "published", func.coalesce(~has_ended, True))
    return statement.where(RuleBookRow.status == status) if status else statement


async def published_reading(tx: Tx, fields: Sequence[Mapping[str, str]]) -> Sequence[RuleBookRow]:
    """The published books, in force now or later, that read all of these custom fields."""
    row = RuleBookRow
    reads = row.content["custom_fields"].contains(list(fields))
    is_over = func.coalesce(func.upper(row.in_force) <= tx.now, False) | func.isempty(row.in_force)
    statement = scoped(tx, row).where(row.status == "published", reads, ~is_over).order_by(row.number)
    return list(await tx.session.scalars(statement))


async def lock_published(tx: Tx) -> Sequence[RuleBookRow]:
    """All published books, locked in the order of their numbers, so that publishing is one at a time."""
    statement = scoped(tx, RuleBookRow).where(RuleBookRow.status == "published").order_by(RuleBookRow.number)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    await tx.session.execute(locked)
    # Who waited for the lock sees here what was published meanwhile.
    return list(await tx.session.scalars(locked))


async def highest_number(tx: Tx) -> int:
    """The number of the book published last; 0 when there is none."""
    return int(await tx.session.scalar(scoped(tx, RuleBookRow, func.max(RuleBookRow.number))) or 0)


async def deciders_of(tx: Tx, subject_ids: Collection[str]) -> frozenset[str]:
    """Who has decided about these subjects as a person."""
    statement = scoped(tx, DecisionRow, DecisionRow.decided_by).distinct()
    found = await tx.session.scalars(
        statement.where(DecisionRow.subject_id.in_(subject_ids), DecisionRow.kind == "human")
    )
    return frozenset(found)


async def recorded_decisions(
    tx: Tx,
    *,
    since: datetime | None,
    until: datetime,
    action: str | None,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> Sequence[Any]:
    """Decisions of a window, oldest first, as far as a replay needs them.

    Shape: rows of (id, partner_id, partner_size, subject_id, action, facts, outcome by the rules, decided_at).
    """
    statement = _window(
        scoped(
            tx,
            DecisionRow,
            DecisionRow.id,
            DecisionRow.partner_id,
            DecisionRow.partner_size,
            DecisionRow.subject_id,
            DecisionRow.action,
            DecisionRow.facts,
            DecisionRow.verdict["outcome"].astext.label("outcome"),
            DecisionRow.decided_at,
        ),
        since,
        until,
        action,
    )
    if after is not None:
        statement = statement.where(tuple_(DecisionRow.decided_at, DecisionRow.id) > tuple_(*after))
    ordered = statement.order_by(DecisionRow.decided_at, DecisionRow.id).limit(literally(limit))
    return list(await tx.session.execute(ordered))


async def recent_decisions(tx: Tx, *, since: datetime, limit: int) -> Sequence[Any]:
    """The newest decisions since an instant, as far as a replay needs them: (id, action, facts, outcome)."""
    outcome = DecisionRow.verdict["outcome"].astext.label("outcome")
    statement = scoped(tx, DecisionRow, DecisionRow.id, DecisionRow.action, DecisionRow.facts, outcome)
    newest = statement.where(DecisionRow.decided_at >= since).order_by(DecisionRow.decided_at.desc(), DecisionRow.id)
    return list(await tx.session.execute(newest.limit(literally(limit))))


async def count_decisions(tx: Tx, *, since: datetime | None, until: datetime, action: str | None) -> int:
    """How many decisions a window has."""
    counted = _window(scoped(tx, DecisionRow, func.count()), since, until, action)
    return int(await tx.session.scalar(counted) or 0)


def _window(statement: Select[Any], since: datetime | None, until: datetime, action: str | None) -> Select[Any]:
    statement = statement.where(DecisionRow.decided_at < until)
    if since is not None:
        statement = statement.where(DecisionRow.decided_at >= since)
    return statement.where(DecisionRow.action == action) if action else statement


def _settled(tx: Any) -> Select[Any]:
    action, instant = bindparam("action", type_=Text()), DateTime(timezone=True)
    row, earlier = DecisionRow, aliased(DecisionRow)
    partner, deal = row.facts["partner"], row.facts["deal"]
    first = scoped(tx, earlier, func.min(earlier.decided_at)).where(
        earlier.subject_id == row.subject_id, earlier.action == action
    )
    told = {
        "tier": partner["tier"], "deal_type": deal["type"], "country": deal["country"],
        "amount_minor": deal["amount_minor"], "currency": deal["currency"],
    }  # fmt: skip
    statement = scoped(
        tx,
        row,
        row.subject_id,
        row.partner_id,
        row.partner_size,
        row.outcome,
        row.decided_at,
        first.correlate(row).scalar_subquery().label("first_at"),
        partner["personas"].label("personas"),
        *(value.astext.label(name) for name, value in told.items()),
    ).where(
        row.action == action,
        row.outcome.in_([literal_column("'approve'"), literal_column("'reject'")]),
        row.decided_at >= bindparam("since", type_=instant),
        row.decided_at < bindparam("until", type_=instant),
    )
    return statement.ext(distinct_on(row.subject_id)).order_by(row.subject_id, row.decided_at.desc(), row.id.desc())


_SETTLED = Statement(_settled)


async def settled(tx: Tx, *, action: str, since: datetime, until: datetime) -> Sequence[Row]:
    """The last approval or rejection of each subject in a window, with what its snapshot says of partner and deal."""
    return await _SETTLED.rows(tx, action=action, since=since, until=until)


async def find_simulation(tx: Tx, simulation_id: UUID, *, is_locked: bool = False) -> SimulationRow | None:
    """One simulation."""
    statement = scoped(tx, SimulationRow).where(SimulationRow.id == simulation_id)
    row: SimulationRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def simulations(tx: Tx, book_id: UUID) -> Select[Any]:
    """The simulations of a book."""
    return scoped(tx, SimulationRow).where(SimulationRow.rule_book_id == book_id)


def flips(tx: Tx, simulation_id: UUID, *, partner_id: UUID | None, after: str | None) -> Select[Any]:
    """Decisions that a simulated book would have made otherwise."""
    return filtered(tx, FlipRow, partner_id=partner_id, after=after).where(FlipRow.simulation_id == simulation_id)


async def flipped_value(tx: Tx, simulation_id: UUID) -> Sequence[Any]:
    """What is at stake in the flips of a simulation: (currency, sum in minor units, count), and their partners."""
    statement = scoped(tx, FlipRow, FlipRow.currency, func.sum(FlipRow.amount_minor), func.count())
    statement = statement.where(FlipRow.simulation_id == simulation_id, FlipRow.currency.is_not(None))
    return list(await tx.session.execute(statement.group_by(FlipRow.currency).order_by(FlipRow.currency)))


async def count_flipped_partners(tx: Tx, simulation_id: UUID) -> int:
    """How many partners have a flip in a simulation."""
    statement = scoped(tx, FlipRow, func.count(FlipRow.partner_id.distinct()))
    return int(await tx.session.scalar(statement.where(FlipRow.simulation_id == simulation_id)) or 0)


async def find_decision(tx: Tx, decision_id: UUID) -> DecisionRow | None:
    """One decision the caller may see."""
    row: DecisionRow | None = await tx.session.scalar(scoped(tx, DecisionRow).where(DecisionRow.id == decision_id))
    return row


async def find_latest_decision(tx: Tx, subject_id: str) -> DecisionRow | None:
    """The decision about a subject that stands now."""
    statement = scoped(tx, DecisionRow).where(DecisionRow.subject_id == subject_id)
    row: DecisionRow | None = await tx.session.scalar(
        statement.order_by(DecisionRow.decided_at.desc(), DecisionRow.id.desc()).limit(1)
    )
    return row


def decisions(
    tx: Tx, *, subject_id: str | None, partner_id: UUID | None, outcome: str | None, kind: str | None
) -> Select[Any]:
    """Decisions the caller may see, filtered."""
    return filtered(tx, DecisionRow, subject_id=subject_id, partner_id=partner_id, outcome=outcome, kind=kind)
