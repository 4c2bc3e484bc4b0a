"""Find who is to rule: nobody in a case about a decision of their own."""

from collections.abc import Sequence
from uuid import UUID

from ecosystem_api.access.members import service as members
from ecosystem_api.cosell.disputes.domain import LIFECYCLE
from ecosystem_api.cosell.disputes.errors import NoReviewer, ReviewerDecided
from ecosystem_api.cosell.disputes.events import DisputeAssigned, DisputeOverdue
from ecosystem_api.cosell.disputes.schemas import DisputeAssign, DisputeRead
from ecosystem_api.cosell.disputes.service.read import (
    DECIDE,
    actions_of,
    get_row,
    held,
    own_party,
    read_dispute,
)
from ecosystem_api.cosell.disputes.service.tell import tell
from ecosystem_api.cosell.disputes.tables import DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.selling.engagement import service as engagement


async def take(tx: Tx, who: Caller, dispute_id: UUID, if_match: str | None) -> DisputeRead:
    """The caller rules on the case from now on.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ReviewerDecided`.
    """
    row, parties = await reviewed(tx, who, dispute_id, "take", if_match)
    return await _give(tx, who, row, parties, who.actor_id)


async def assign(
    tx: Tx, who: Caller, dispute_id: UUID, body: DisputeAssign, if_match: str | None, machinery: Machinery
) -> DisputeRead:
    """A member of the vendor's side rules on the case from now on.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NoReviewer`, `ReviewerDecided`.
    """
    row, parties = await reviewed(tx, who, dispute_id, "assign", if_match)
    try:
        member = await members.get_member(tx, body.member_id)
    except NotFound:
        raise _no_reviewer("No member of this id.") from None
    if member.status != "active" or DECIDE not in machinery.catalog.permissions(Role(member.role)):
        raise _no_reviewer(f"The member is {member.status}, in the role {member.role}.")
    return await _give(tx, who, row, parties, encode("mem", member.id))


async def note_overdue(tx: Tx, who: Caller, dispute_id: UUID) -> None:
    """The time for a ruling is over. Edges: nothing happens if there is one."""
    row, parties = await held(tx, dispute_id)
    if row.status != "open" or row.overdue_at is not None:
        return
    row.overdue_at = tx.now
    touch(row, tx.now)
    await tell(tx, who, row, [one for one in parties if one.side == "claimant"], DisputeOverdue)


async def reviewed(
    tx: Tx, who: Caller, dispute_id: UUID, action: str, if_match: str | None
) -> tuple[DisputeRow, list[DisputePartyRow]]:
    """A case and its parties, locked, in a state that allows an action.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    await get_row(tx, dispute_id)
    row, parties = await held(tx, dispute_id)
    expect_legal(tx, who, row, parties, action)
    expect_version(if_match, row.version)
    return row, parties


def expect_legal(tx: Tx, who: Caller, row: DisputeRow, parties: Sequence[DisputePartyRow], action: str) -> None:
    """Refuse what the state of a case does not allow. Errors: `IllegalMove`, listing what the caller may do instead."""
    if action not in LIFECYCLE.allowed(row.status):
        legal = actions_of(tx, who, row, own_party(who, parties))
        raise IllegalMove(f"The case is {row.status}.", allowed_actions=legal)


async def require_uninvolved(tx: Tx, parties: Sequence[DisputePartyRow], actor_id: str) -> None:
    """Refuse whoever has decided about one of the registrations, by whatever way. Errors: `ReviewerDecided`."""
    if actor_id in await engagement.deciders_of(tx, [encode("deal", one.deal_id) for one in parties]):
        raise ReviewerDecided(reviewer=actor_id)


async def _give(tx: Tx, who: Caller, row: DisputeRow, parties: Sequence[DisputePartyRow], actor_id: str) -> DisputeRead:
    await require_uninvolved(tx, parties, actor_id)
    if row.assigned_to != actor_id:
        row.assigned_to = actor_id
        touch(row, tx.now)
        event = DisputeAssigned(dispute_id=row.id, assigned_to=actor_id)
        await record(tx, who, event, subject_id=encode("dsp", row.id))
        await tx.flush()
    return await read_dispute(tx, who, row)


def _no_reviewer(detail: str) -> NoReviewer:
    return NoReviewer(errors=[FieldError("/member_id", "no_reviewer", detail)])
