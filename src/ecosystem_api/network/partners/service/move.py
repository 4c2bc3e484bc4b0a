"""Move a partner along its way, and remember each step."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.reason import Reason, of_person
from ecosystem_api.network.partners.domain import judge_reason, moved
from ecosystem_api.network.partners.events import MOVES
from ecosystem_api.network.partners.schemas import PartnerRead
from ecosystem_api.network.partners.service.read import get_row, written_partner
from ecosystem_api.network.partners.tables import PartnerRow, PartnerStatusChangeRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.reading import Written


async def move_partner(
    tx: Tx, who: Caller, partner_id: UUID, action: str, *, reason: str | None, note: str | None, if_match: str | None
) -> Written[PartnerRead]:
    """Take one action of the lifecycle. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NoteRequired`."""
    row = await get_row(tx, partner_id, is_locked=True)
    before, after = row.status, moved(row.status, action)
    expect_version(if_match, row.version)
    judge_reason(reason, note)
    why = of_person(reason) if reason else None
    row.status = after
    touch(row, tx.now)
    event = MOVES[action](partner_id=row.id, from_status=before, to_status=after, reason=why)
    event_id = await record(tx, who, event, subject_id=encode("par", row.id), partner_id=row.id)
    await remember_step(tx, who, row, action, event_id, before=before, reason=why, note=note)
    return await written_partner(tx, row)


async def remember_step(
    tx: Tx,
    who: Caller,
    row: PartnerRow,
    action: str,
    event_id: UUID,
    *,
    before: str | None = None,
    reason: Reason | None = None,
    note: str | None = None,
) -> None:
    """Write one line of the partner's history, tied to the news of it."""
    step = PartnerStatusChangeRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=row.id,
        from_status=before,
        to_status=row.status,
        action=action,
        reason=reason,
        note=note,
        actor_type=who.actor_type,
        actor_id=who.actor_id,
        event_id=event_id,
        at=tx.now,
    )
    await tx.insert(step)
