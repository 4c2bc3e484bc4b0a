"""Say which account belongs to which, from when until when: given by a person, or proposed and then confirmed."""

from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.domain import MOST_LEVELS, Span, Tie, TieEvidence, line_with, way_round
from ecosystem_api.market.accounts.errors import AccountCycle, AlreadyDecided, FamilyTooLong, ParentOverlaps, SpanEmpty
from ecosystem_api.market.accounts.events import (
    AccountRelationConfirmed,
    AccountRelationEvent,
    AccountRelationProposed,
    AccountRelationRefused,
    AccountRelationUpdated,
)
from ecosystem_api.market.accounts.schemas import AccountRelationCreate, AccountRelationRead, AccountSpanUpdate
from ecosystem_api.market.accounts.service.read import refuse_merged
from ecosystem_api.market.accounts.tables import AccountAliasRow, AccountRelationRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.locks import lock_name


async def add_relation(tx: Tx, who: Caller, body: AccountRelationCreate) -> AccountRelationRead:
    """Say that an account belongs to another; whoever says so confirms it.

    Errors: `InvalidRequest` for an unknown account, `RecordMerged`, `SpanEmpty`, `AccountCycle`, `FamilyTooLong`,
    `ParentOverlaps`.
    """
    span = span_of(body.from_on, body.until_on)
    await lock_families(tx)
    for place, account_id in (("/account_id", body.account_id), ("/parent_id", body.parent_id)):
        await refuse_unknown(tx, account_id, place)
    await refuse_line(tx, body.account_id, body.parent_id, span, place="/parent_id")
    row = _relation(tx, body.account_id, body.parent_id, span, source="given")
    note_standing(tx, who, row, "confirmed")
    await _write(tx, row)
    await _tell(tx, who, row, AccountRelationConfirmed)
    return AccountRelationRead.model_validate(row)


async def list_relations(
    tx: Tx, paging: Paging, *, account_id: UUID | None, standing: str | None
) -> Page[AccountRelationRead]:
    """Relations, newest first: of one account, above and below it, or of all."""
    statement = store.relations(tx, account_id, standing)
    return await page_of(tx, statement, paging, [(AccountRelationRow.id, True)], AccountRelationRead.model_validate)


async def get_relation(tx: Tx, relation_id: UUID) -> AccountRelationRead:
    """One relation. Errors: `NotFound`."""
    return AccountRelationRead.model_validate(await _get(tx, relation_id))


async def update_relation(
    tx: Tx, who: Caller, relation_id: UUID, body: AccountSpanUpdate, if_match: str | None
) -> AccountRelationRead:
    """Change from when until when it holds.

    Errors: `NotFound`, `PreconditionFailed`, `SpanEmpty`, `AccountCycle`, `FamilyTooLong`, `ParentOverlaps`.
    """
    row = await _held(tx, relation_id)
    expect_version(if_match, row.version)
    changed = apply_changes(row, body.model_dump(exclude_unset=True), required=(), now=tx.now)
    if changed:
        await _refuse_of(tx, row, place=changed[0])
        await _write(tx, row)
        event = AccountRelationUpdated(**_about(row), changed=changed)
        await record(tx, who, event, subject_id=encode("arel", row.id))
    return AccountRelationRead.model_validate(row)


async def decide_relation(
    tx: Tx, who: Caller, relation_id: UUID, standing: str, if_match: str | None
) -> AccountRelationRead:
    """Confirm or refuse a relation; what was decided can be decided otherwise.

    Errors: `NotFound`, `AlreadyDecided`, `PreconditionFailed`; to confirm also `RecordMerged`, `AccountCycle`,
    `FamilyTooLong`, `ParentOverlaps`.
    """
    row = await _held(tx, relation_id)
    if row.standing == standing:
        raise AlreadyDecided(f"The relation is {standing} already.")
    expect_version(if_match, row.version)
    if standing == "confirmed":
        for place, account_id in (("/account_id", row.account_id), ("/parent_id", row.parent_id)):
            await refuse_unknown(tx, account_id, place)
        await _refuse_of(tx, row, place="/parent_id", is_counted=True)
    note_standing(tx, who, row, standing)
    touch(row, tx.now)
    await _write(tx, row)
    await _tell(tx, who, row, AccountRelationConfirmed if standing == "confirmed" else AccountRelationRefused)
    return AccountRelationRead.model_validate(row)


async def propose_relation(tx: Tx, who: Caller, account_id: UUID, parent_id: UUID, evidence: TieEvidence) -> None:
    """What two accounts have in common may make them a family: nothing follows from it until a person confirms it."""
    row = _relation(tx, account_id, parent_id, Span(), source="observed", evidence=evidence)
    await tx.insert(row)
    await _tell(tx, who, row, AccountRelationProposed)


async def set_parent(tx: Tx, who: Caller, account_id: UUID, parent_id: UUID | None, *, place: str) -> bool:
    """From today on an account belongs to this one, or to none; answer whether that changed anything.

    Edges: the parent it had ends today, and one that was said today goes. Without one before, the new one holds for
    any day, as nobody said since when. A parent that was said for later days stays; it then ends the new one.
    Errors: `InvalidRequest` for an unknown account, `RecordMerged`, `AccountCycle`, `FamilyTooLong`.
    """
    await lock_families(tx)
    if parent_id is not None:
        await refuse_unknown(tx, parent_id, place)
    today = tx.now.date()
    known = await store.parents_of(tx, account_id)
    current = next((row for row in known if holds_on(row, today)), None)
    if (current.parent_id if current else None) == parent_id:
        return False
    later = min((row.from_on for row in known if row.from_on and row.from_on > today), default=None)
    had_one = any(row.until_on is not None and row.until_on <= today for row in known)
    begins = today if had_one else None
    if current is not None:
        begins = await _end(tx, current, today)
    if parent_id is not None:
        span = Span(begins, later)
        await refuse_line(tx, account_id, parent_id, span, place=place)
        row = _relation(tx, account_id, parent_id, span, source="given")
        note_standing(tx, who, row, "confirmed")
        await _write(tx, row)
    return True


async def refuse_line(tx: Tx, account_id: UUID, parent_id: UUID, span: Span, *, place: str) -> None:
    """An account may not stand above itself on any day, and a line of a family ends somewhere.

    Shape: `place` is where the request names the parent. Errors: `AccountCycle`, `FamilyTooLong`.
    """
    new = Tie(str(account_id), str(parent_id), span)
    known = await store.ties_above(tx, parent_id)
    if way_round(new, known) is not None:
        raise AccountCycle(errors=[FieldError(place, "account_cycle", "Choose an account above this one.")])
    if line_with(new, [*known, *await store.ties_below(tx, account_id)]) > MOST_LEVELS:
        detail = f"A line of a family has at most {MOST_LEVELS} relations."
        raise FamilyTooLong(errors=[FieldError(place, "family_too_long", detail)])


async def lock_families(tx: Tx) -> None:
    """One change of families at a time per vendor: two that cross could close a circle."""
    await lock_name(tx, "account hierarchy")


async def refuse_unknown(tx: Tx, account_id: UUID, place: str) -> None:
    """A relation names accounts that stand for themselves. Errors: `InvalidRequest`, `RecordMerged`."""
    row = await store.find_account(tx, account_id)
    if row is None:
        raise InvalidRequest(errors=[FieldError(place, "unknown_account", "No account of this id.")])
    refuse_merged(row.id, row.merged_into_id)


def span_of(from_on: date | None, until_on: date | None) -> Span:
    """A span that holds at least one day. Errors: `SpanEmpty`."""
    if from_on is not None and until_on is not None and until_on <= from_on:
        detail = f"It begins on {from_on}; the first day without it comes later."
        raise SpanEmpty(errors=[FieldError("/until_on", "span_empty", detail)])
    return Span(from_on, until_on)


def note_standing(tx: Tx, who: Caller, row: AccountRelationRow | AccountAliasRow, standing: str) -> None:
    """A person has decided about a relation or a name: it counts, or counts for nothing."""
    row.standing = standing
    row.decided_by_type, row.decided_by_id, row.decided_at = who.actor_type, who.actor_id, tx.now


def holds_on(row: AccountRelationRow | AccountAliasRow, day: date) -> bool:
    """A relation or a name holds from its first day until just before its last."""
    return (row.from_on is None or row.from_on <= day) and (row.until_on is None or row.until_on > day)


async def _end(tx: Tx, row: AccountRelationRow, today: date) -> date | None:
    """Let a relation end today; answer from when on another may hold. One that was said today never was."""
    if row.created_at.date() == today or row.from_on == today:
        await tx.session.delete(row)
        await tx.flush()
        return row.from_on
    row.until_on = today
    touch(row, tx.now)
    await tx.flush()
    return today


async def _refuse_of(tx: Tx, row: AccountRelationRow, *, place: str, is_counted: bool | None = None) -> None:
    span = span_of(row.from_on, row.until_on)
    if is_counted or row.standing == "confirmed":
        await refuse_line(tx, row.account_id, row.parent_id, span, place=place)


def _relation(
    tx: Tx, account_id: UUID, parent_id: UUID, span: Span, *, source: str, evidence: str | None = None
) -> AccountRelationRow:
    return AccountRelationRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        account_id=account_id,
        parent_id=parent_id,
        from_on=span.from_on,
        until_on=span.until_on,
        source=source,
        standing="proposed",
        evidence=evidence,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )


async def _held(tx: Tx, relation_id: UUID) -> AccountRelationRow:
    """A relation that may change."""
    await lock_families(tx)
    return await _get(tx, relation_id, is_locked=True)


async def _get(tx: Tx, relation_id: UUID, *, is_locked: bool = False) -> AccountRelationRow:
    row = await store.find_relation(tx, relation_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def _write(tx: Tx, row: AccountRelationRow) -> None:
    try:
        async with tx.session.begin_nested():
            await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) != "ex_account_relations_one_parent":
            raise
        detail = "It has another parent on some of these days: end that one first, or choose other days."
        raise ParentOverlaps(errors=[FieldError("/from_on", "parent_overlaps", detail)]) from None


def _about(row: AccountRelationRow) -> dict[str, UUID]:
    return {"relation_id": row.id, "account_id": row.account_id, "parent_id": row.parent_id}


async def _tell(tx: Tx, who: Caller, row: AccountRelationRow, kind: type[AccountRelationEvent]) -> None:
    await record(tx, who, kind(**_about(row)), subject_id=encode("arel", row.id))
