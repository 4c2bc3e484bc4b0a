"""Ask for more time: the book decides at once, or says that a person will and keeps the protection meanwhile."""

from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.rules import review_time
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement.schemas import plain_evidence
from ecosystem_api.selling.engagement.service import Judgement
from ecosystem_api.selling.extensions import store
from ecosystem_api.selling.extensions.errors import ExtensionPending
from ecosystem_api.selling.extensions.events import ExtensionRequested
from ecosystem_api.selling.extensions.schemas import ExtensionRequestCreate, ExtensionRequestRead
from ecosystem_api.selling.extensions.service.keep import keep_protected
from ecosystem_api.selling.extensions.service.read import SUBJECT, read_request, tell
from ecosystem_api.selling.extensions.service.settle import judge, tell_outcome
from ecosystem_api.selling.extensions.tables import ExtensionRow
from ecosystem_api.selling.reviews import service as reviews

_MOST_DAYS = 365


async def ask(tx: Tx, who: Caller, deal_id: UUID, body: ExtensionRequestCreate) -> ExtensionRequestRead:
    """Ask for more time for a protection that runs; the book in force decides.

    Edges: who asked while the protection ran keeps it until a person has decided, as long as the book allows and an
    answer is not overdue.
    Errors: `NotFound`, `IllegalMove` unless the registration is approved, `ProtectionOver`, `ExtensionPending`.
    """
    running = await deals.hold_running(tx, who, deal_id)
    if await store.lock_undecided(tx, deal_id) is not None:
        raise ExtensionPending()
    row = ExtensionRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=running.row.partner_id,
        deal_id=deal_id,
        days=_days(body, running.granted_until),
        reason=body.reason,
        evidence=plain_evidence(body.evidence),
        asked_by_partner=who.is_partner,
        protected_until=running.granted_until,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    writes = Writes()
    judgement, gathered = await judge(tx, who, row, running, writes)
    store.add(writes, row)
    tell(writes, tx, who, row, ExtensionRequested, protected_until=row.new_protected_until or running.granted_until)
    if row.status == "in_review":
        await _open_case(tx, who, writes, row, judgement, gathered)
    tell_outcome(writes, tx, who, row, running)
    await writes.send(tx)
    if row.status == "in_review":
        keeping = Writes()
        await keep_protected(tx, row, running, judgement.parameters, keeping)
        store.keep(keeping, row)
        await keeping.send(tx)
    return await read_request(tx, who, row)


async def _open_case(
    tx: Tx, who: Caller, writes: Writes, row: ExtensionRow, judgement: Judgement, gathered: deals.Gathered
) -> None:
    case = reviews.Case(
        subject_type=SUBJECT,
        subject_id=encode("ext", row.id),
        partner_id=row.partner_id,
        reasons=row.reasons,
        decision_id=row.decision_id,
        parameters=judgement.parameters,
        book_number=judgement.book_number,
        time=review_time(judgement.parameters, gathered.facts),
    )
    await reviews.open_case(tx, who, writes, case)


def _days(body: ExtensionRequestCreate, ends_at: datetime) -> int:
    if body.until is None:
        assert body.days is not None, "the schema wants one of the two"
        return body.days
    days = (body.until - ends_at.date()).days
    if not 1 <= days <= _MOST_DAYS:
        detail = f"The protection ends on {ends_at.date()}; name a later day, at most {_MOST_DAYS} days after it."
        raise InvalidRequest(errors=[FieldError("/until", "out_of_range", detail)])
    return days
