"""Settle a conflict: the vendor says how it makes good, shows that it has, and the partner accepts it or does not."""

from uuid import UUID

from ecosystem_api.cosell.conflicts import store
from ecosystem_api.cosell.conflicts.domain import CLOCKED, LIFECYCLE
from ecosystem_api.cosell.conflicts.errors import OnlyThePartner
from ecosystem_api.cosell.conflicts.events import (
    ConflictContested,
    ConflictDismissed,
    ConflictMet,
    ConflictObligationChosen,
    ConflictOverdue,
    ConflictOverruled,
    ConflictProven,
)
from ecosystem_api.cosell.conflicts.schemas import (
    ConflictChoose,
    ConflictConfirm,
    ConflictContest,
    ConflictDismiss,
    ConflictOverrule,
    ConflictProve,
    ConflictRead,
)
from ecosystem_api.cosell.conflicts.service.match import open_conflict
from ecosystem_api.cosell.conflicts.service.read import actions_of, read_conflict
from ecosystem_api.cosell.conflicts.service.tell import OVERDUE, keep_and_tell, tell
from ecosystem_api.cosell.conflicts.tables import ConflictRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller, system_caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.engagement.schemas import plain_evidence


async def confirm(tx: Tx, who: Caller, conflict_id: UUID, body: ConflictConfirm, if_match: str | None) -> ConflictRead:
    """It is the same customer: the partner is told. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row = await _held(tx, who, conflict_id, "confirm", if_match)
    if body.note is not None:
        row.because = [*row.because, body.note]
    await open_conflict(tx, who, row)
    return await read_conflict(tx, who, row)


async def dismiss(tx: Tx, who: Caller, conflict_id: UUID, body: ConflictDismiss, if_match: str | None) -> ConflictRead:
    """It is no conflict, with a reason. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row = await _held(tx, who, conflict_id, "dismiss", if_match)
    row.status = LIFECYCLE.move(row.status, "dismiss")
    _end(tx, who, row, body.reason, body.note)
    touch(row, tx.now)
    event = ConflictDismissed(conflict_id=row.id, reason=body.reason)
    await record(tx, who, event, subject_id=encode("cnf", row.id))
    await tx.flush()
    return await read_conflict(tx, who, row)


async def choose(tx: Tx, who: Caller, conflict_id: UUID, body: ConflictChoose, if_match: str | None) -> ConflictRead:
    """Say how the vendor makes good; from then on that is owed until it is met.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row = await _held(tx, who, conflict_id, "choose", if_match)
    row.status = LIFECYCLE.move(row.status, "choose")
    row.obligation, row.obligation_note = body.obligation, body.note
    await keep_and_tell(tx, who, row, ConflictObligationChosen)
    return await read_conflict(tx, who, row)


async def prove(tx: Tx, who: Caller, conflict_id: UUID, body: ConflictProve, if_match: str | None) -> ConflictRead:
    """Show that the vendor has made good. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row = await _held(tx, who, conflict_id, "prove", if_match)
    row.status = LIFECYCLE.move(row.status, "prove")
    row.proof = [*row.proof, *plain_evidence(body.proof)]
    await keep_and_tell(tx, who, row, ConflictProven)
    return await read_conflict(tx, who, row)


async def accept(tx: Tx, who: Caller, conflict_id: UUID, if_match: str | None) -> ConflictRead:
    """The partner accepts that the vendor has made good.

    Errors: `NotFound`, `OnlyThePartner`, `IllegalMove`, `PreconditionFailed`.
    """
    await _require_partner(tx, who, conflict_id)
    row = await _held(tx, who, conflict_id, "accept", if_match)
    async with tx.vendor_wide():
        row.status = LIFECYCLE.move(row.status, "accept")
        _end(tx, who, row, "accepted", None)
        await keep_and_tell(tx, who, row, ConflictMet)
    return await read_conflict(tx, who, row)


async def contest(tx: Tx, who: Caller, conflict_id: UUID, body: ConflictContest, if_match: str | None) -> ConflictRead:
    """The partner says what is missing; the obligation is owed again, with its time.

    Errors: `NotFound`, `OnlyThePartner`, `IllegalMove`, `PreconditionFailed`.
    """
    await _require_partner(tx, who, conflict_id)
    row = await _held(tx, who, conflict_id, "contest", if_match)
    async with tx.vendor_wide():
        row.status = LIFECYCLE.move(row.status, "contest")
        row.contested_note = body.note
        await keep_and_tell(tx, who, row, ConflictContested)
    return await read_conflict(tx, who, row)


async def overrule(
    tx: Tx, who: Caller, conflict_id: UUID, body: ConflictOverrule, if_match: str | None
) -> ConflictRead:
    """End a conflict without the partner's word, with a reason that it reads.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row = await _held(tx, who, conflict_id, "overrule", if_match)
    row.status = LIFECYCLE.move(row.status, "overrule")
    _end(tx, who, row, body.reason, body.note)
    await keep_and_tell(tx, who, row, ConflictOverruled)
    return await read_conflict(tx, who, row)


async def note_overdue(tx: Tx, who: Caller, conflict_id: UUID) -> None:
    """What was due was not done. Edges: nothing happens if it was, or is due later by now."""
    row = await store.find_conflict(tx, conflict_id, is_locked=True)
    if row is not None:
        await _note_overdue(tx, who, row)


async def _note_overdue(tx: Tx, who: Caller, row: ConflictRow) -> None:
    if row.status not in CLOCKED or row.due_at is None or row.due_at > tx.now or row.overdue_at:
        return
    row.overdue_at = row.due_at
    touch(row, tx.now)
    await tell(tx, who, row, ConflictOverdue)


async def _held(tx: Tx, who: Caller, conflict_id: UUID, action: str, if_match: str | None) -> ConflictRow:
    """A conflict, locked, in a state that allows an action. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row = await _seen(tx, conflict_id, is_locked=True)
    if action not in LIFECYCLE.allowed(row.status):
        raise IllegalMove(f"The conflict is {row.status}.", allowed_actions=actions_of(who, row))
    expect_version(if_match, row.version)
    # What is done too late was overdue, be it that the worker is late as well.
    async with tx.vendor_wide():
        await _note_overdue(tx, system_caller(tx.vendor_id, OVERDUE), row)
    return row


async def _require_partner(tx: Tx, who: Caller, conflict_id: UUID) -> None:
    await _seen(tx, conflict_id)
    if not who.is_partner:
        raise OnlyThePartner()


async def _seen(tx: Tx, conflict_id: UUID, *, is_locked: bool = False) -> ConflictRow:
    row = await store.find_conflict(tx, conflict_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


def _end(tx: Tx, who: Caller, row: ConflictRow, reason: str, note: str | None) -> None:
    row.ended_reason, row.ended_note, row.ended_by, row.ended_at = reason, note, who.actor_id, tx.now
