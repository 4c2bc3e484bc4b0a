"""Ask for more time: the book decides at once, or says that a person will and keeps the protection meanwhile."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import plain_evidence
from ecosystem_api.selling.extensions import store
from ecosystem_api.selling.extensions.domain import AFTER_OUTCOME
from ecosystem_api.selling.extensions.errors import ExtensionPending
from ecosystem_api.selling.extensions.events import (
    ExtensionApproved,
    ExtensionNews,
    ExtensionRejected,
    ExtensionRequested,
    ExtensionReturned,
)
from ecosystem_api.selling.extensions.schemas import ExtensionRequestCreate, ExtensionRequestRead
from ecosystem_api.selling.extensions.service.read import read_request, tell
from ecosystem_api.selling.extensions.tables import ExtensionRow

ACTION = "deal_registration.extend"
_MOST_DAYS = 365
_NEWS: dict[str, type[ExtensionNews]] = {
    "approved": ExtensionApproved,
    "rejected": ExtensionRejected,
    "returned": ExtensionReturned,
}


async def ask(tx: Tx, who: Caller, deal_id: UUID, body: ExtensionRequestCreate) -> ExtensionRequestRead:
    """Ask for more time for a protection that runs; the book in force decides.

    Edges: who asked while the protection ran keeps it until a person has decided, for as long as the book allows.
    Errors: `NotFound`, `IllegalMove` unless the registration is approved, `ProtectionOver`, `ExtensionPending`.
    """
    running = await deals.hold_running(tx, who, deal_id)
    if await store.lock_undecided(tx, deal_id) is not None:
        raise ExtensionPending()
    days = _days(body, running.granted_until)
    gathered = await deals.weigh_extension(tx, running, days, {one.kind for one in body.evidence})
    writes, request_id = Writes(), new_uuid()
    judgement = await engagement.judge(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", deal_id),
        partner_id=running.row.partner_id,
        facts=gathered.facts,
        evidence={**gathered.evidence, "extension": {"days": days, "request_id": encode("ext", request_id)}},
        given=body.evidence,
        writes=writes,
    )
    own: dict[str, Any] = {
        "id": request_id,
        "partner_id": running.row.partner_id,
        "deal_id": deal_id,
        "status": AFTER_OUTCOME[judgement.outcome],
        "days": days,
        "granted_days": None,
        "reason": body.reason,
        "evidence": plain_evidence(body.evidence),
        "asked_by_partner": who.is_partner,
        "protected_until": running.granted_until,
        "kept_until": None,
        "new_protected_until": None,
        "reasons": list(judgement.reasons),
        "remedies": list(judgement.remedies),
        "decision_id": judgement.decision_id,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
        "decided_at": None if judgement.outcome == "review" else tx.now,
    }
    ends_at = running.granted_until
    if judgement.outcome == "approve":
        ends_at = deals.lengthen(writes, tx, who, running, days, judgement.parameters.expiring_notice_days)
        own |= {"granted_days": days, "new_protected_until": ends_at}
    elif judgement.outcome == "review" and judgement.parameters.extension_grace_days:
        own["kept_until"] = deals.keep_open(writes, running, judgement.parameters.extension_grace_days)
    row = ExtensionRow(vendor_id=tx.vendor_id, **own)
    writes.insert(ExtensionRow, **own)
    for news in (ExtensionRequested, _NEWS.get(row.status)):
        if news is not None:
            tell(writes, tx, who, row, news, protected_until=ends_at)
    await writes.send(tx)
    return read_request(who, row)


def _days(body: ExtensionRequestCreate, ends_at: datetime) -> int:
    if body.until is None:
        assert body.days is not None, "the schema wants one of the two"
        return body.days
    days = (body.until - ends_at.date()).days
    if not 1 <= days <= _MOST_DAYS:
        detail = f"The protection ends on {ends_at.date()}; name a later day, at most {_MOST_DAYS} days after it."
        raise InvalidRequest(errors=[FieldError("/until", "out_of_range", detail)])
    return days
