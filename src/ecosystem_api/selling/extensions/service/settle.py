"""Let the book decide about a request and act on it: when it is asked, and where nobody has spoken in time."""

from typing import Any

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import Evidence
from ecosystem_api.selling.engagement.service import Judgement
from ecosystem_api.selling.extensions.domain import AFTER_OUTCOME
from ecosystem_api.selling.extensions.events import (
    ExtensionApproved,
    ExtensionNews,
    ExtensionRejected,
    ExtensionReturned,
)
from ecosystem_api.selling.extensions.service.read import tell
from ecosystem_api.selling.extensions.tables import ExtensionRow

ACTION = "deal_registration.extend"
_NEWS: dict[str, type[ExtensionNews]] = {
    "approved": ExtensionApproved,
    "rejected": ExtensionRejected,
    "returned": ExtensionReturned,
}


async def judge(
    tx: Tx, who: Caller, row: ExtensionRow, running: deals.Running, writes: Writes, *, is_silent: bool = False
) -> tuple[Judgement, deals.Gathered]:
    """Let the book in force decide about a request, and do what it says; what is for a person stays undecided.

    Edges: where nobody has spoken in time (`is_silent`), what is for a person is granted.
    """
    about, gathered = await about_request(tx, row, running, row.days)
    judgement = await engagement.judge(tx, who, **about, writes=writes, is_silent=is_silent)
    row.status = AFTER_OUTCOME[judgement.outcome]
    note(tx, row, judgement)
    if judgement.outcome == "review":
        row.decided_at = None
    if judgement.outcome == "approve":
        grant(tx, who, writes, row, running, judgement, row.days)
    return judgement, gathered


def tell_outcome(writes: Writes, tx: Tx, who: Caller, row: ExtensionRow, running: deals.Running) -> None:
    """News of what the book decided; none where it left that to a person."""
    news = _NEWS.get(row.status)
    if news is not None:
        tell(writes, tx, who, row, news, protected_until=row.new_protected_until or running.granted_until)


async def about_request(
    tx: Tx, row: ExtensionRow, running: deals.Running, days: int
) -> tuple[dict[str, Any], deals.Gathered]:
    """What a decision about a request is made of, and the facts by themselves."""
    given = [Evidence.model_validate(one) for one in row.evidence]
    gathered = await deals.weigh_extension(tx, running, days, {one.kind for one in given})
    about = {
        "action": ACTION,
        "subject_id": encode("deal", row.deal_id),
        "partner_id": row.partner_id,
        "facts": gathered.facts,
        "evidence": {**gathered.evidence, "extension": {"days": days, "request_id": encode("ext", row.id)}},
        "given": given,
    }
    return about, gathered


def grant(
    tx: Tx, who: Caller, writes: Writes, row: ExtensionRow, running: deals.Running, judgement: Judgement, days: int
) -> None:
    """Let the protection run so many days longer, counted from the end that it was granted."""
    notice_days = judgement.parameters.expiring_notice_days
    row.granted_days, row.kept_until = days, None
    row.new_protected_until = deals.lengthen(writes, tx, who, running, days, notice_days)


def note(tx: Tx, row: ExtensionRow, judgement: Judgement) -> None:
    """Put what was decided, and why, where its reader looks first."""
    row.reasons, row.remedies = list(judgement.reasons), list(judgement.remedies)
    row.decision_id, row.decided_at = judgement.decision_id, tx.now
