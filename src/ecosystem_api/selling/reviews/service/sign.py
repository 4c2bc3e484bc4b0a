"""Four eyes: where the book wants two people to approve, each signs under their own name."""

from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.reviews import store
from ecosystem_api.selling.reviews.errors import SignedAlready
from ecosystem_api.selling.reviews.events import ReviewApprovalSigned, ReviewApprovalsVoided
from ecosystem_api.selling.reviews.service.case import get_locked, news, running_case
from ecosystem_api.selling.reviews.service.tend import person_of
from ecosystem_api.selling.reviews.tables import ReviewApprovalRow


@dataclass(frozen=True)
class Approval:
    """Why somebody approves."""

    reason: Reason
    note: str | None


async def sign(tx: Tx, who: Caller, review_id: UUID, approval: Approval, needed: int) -> int:
    """Note a person's approval; answer how many are still missing.

    Edges: where one is enough, none is noted: the decision says who made it. What is needed is asked of the book in
    force when somebody signs, so a stricter book holds for what is open. Errors: `PersonNeeded`, `SignedAlready`.
    """
    if needed == 1:
        return 0
    member_id = person_of(who)
    row = await get_locked(tx, review_id)
    signed = [one.member_id for one in await store.approvals_of(tx, review_id) if one.round == row.round]
    if member_id in signed:
        raise SignedAlready(approvals_given=row.approvals_given, approvals_needed=needed)
    row.approvals_given += 1
    row.approvals_needed = needed
    touch(row, tx.now)
    # Sent by itself: whoever closes the case with the last approval writes its row anew.
    writes = Writes()
    writes.insert(
        ReviewApprovalRow,
        id=new_uuid(),
        review_id=row.id,
        round=row.round,
        member_id=member_id,
        reason=approval.reason,
        note=approval.note,
        signed_at=tx.now,
    )
    store.keep(writes, row)
    told = {"approvals_given": row.approvals_given, "approvals_needed": needed}
    news(writes, tx, who, row, ReviewApprovalSigned, **told)
    await writes.send(tx)
    return max(needed - row.approvals_given, 0)


async def void_approvals(tx: Tx, who: Caller, subject_type: str, subject_id: str) -> None:
    """What is reviewed is no longer what was read: approvals of it count no more. Edges: nothing without any."""
    review_id = await running_case(tx, subject_type, subject_id)
    if review_id is not None:
        row = await get_locked(tx, review_id)
        if row.approvals_given:
            await subject_changed(tx, who, review_id, row.approvals_needed)


async def subject_changed(tx: Tx, who: Caller, review_id: UUID, needed: int) -> None:
    """What is reviewed is no longer what was read: approvals of it count no more, and silence approves none of what
    now needs two.

    Edges: the clock runs on, and what was promised of it stays otherwise.
    """
    row = await get_locked(tx, review_id)
    if row.status == "closed":
        return
    voided, row.approvals_given, row.approvals_needed = row.approvals_given, 0, needed
    row.round += 1
    if needed > 1:
        row.on_silence = "nothing"
    touch(row, tx.now)
    writes = Writes()
    store.keep(writes, row)
    if voided:
        news(writes, tx, who, row, ReviewApprovalsVoided, voided=voided)
    await writes.send(tx)
