"""Keep a protection while more time is undecided: who asked in time loses nothing by an answer that comes late."""

from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.rules import Parameters
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.extensions import store
from ecosystem_api.selling.extensions.domain import kept_until
from ecosystem_api.selling.extensions.events import ExtensionKept
from ecosystem_api.selling.extensions.service.read import SUBJECT, tell
from ecosystem_api.selling.extensions.service.settle import about_request
from ecosystem_api.selling.extensions.tables import ExtensionRow
from ecosystem_api.selling.reviews import service as reviews


async def keep_protected(
    tx: Tx, row: ExtensionRow, running: deals.Running, book: Parameters, writes: Writes
) -> datetime | None:
    """Let the protection run on as long as the book and the clock of the review say; answer until when, if longer.

    Shape: the book under which it was asked; its review has been written. Edges: nothing is cut short by this.
    """
    subject_id = encode("ext", row.id)
    review = (await reviews.running_reviews(tx, SUBJECT, [subject_id]))[subject_id].brief
    until = kept_until(
        running.granted_until,
        grace_days=book.extension_grace_days,
        asked_days=row.days,
        due_at=review.due_at,
        is_granted_by_silence=review.on_silence == "approve",
    )
    if until is None or until <= running.protection.ends_at:
        return None
    row.kept_until = deals.keep_open(writes, running, until)
    return until


async def keep_until_answered(tx: Tx, who: Caller, request_id: UUID) -> None:
    """An answer is due later than it was: the protection runs on for it, and its partner hears so.

    Edges: nothing happens to a request that was decided, nor to a protection that has ended; nor is anything taken from
    whoever got the claim meanwhile, where this is heard only after the end.
    """
    found = await store.find_request(tx, request_id)
    if found is None or found.status != "in_review":
        return
    running = await deals.hold_unended(tx, found.deal_id)
    row = await store.lock_request(tx, request_id)
    if running is None or row is None or row.status != "in_review":
        return
    if running.protection.ends_at <= tx.now:
        _, gathered = await about_request(tx, row, running, row.days)
        if gathered.is_kept_out:
            return
    decision = await engagement.get_decision(tx, row.decision_id)
    book, writes = await engagement.parameters_of(tx, decision.rule_book_id), Writes()
    until = await keep_protected(tx, row, running, book, writes)
    if until is not None:
        touch(row, tx.now)
        store.keep(writes, row)
        tell(writes, tx, who, row, ExtensionKept, protected_until=until)
        await writes.send(tx)
