"""Activity notes: what happened with a deal, in order, never edited."""

from uuid import UUID

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.events import DealNoted
from ecosystem_api.selling.deals.schemas import NoteCreate, NoteRead
from ecosystem_api.selling.deals.service.idle import note_progress
from ecosystem_api.selling.deals.service.tell import keep_and_tell
from ecosystem_api.selling.deals.tables import DealNoteRow


async def add_note(tx: Tx, who: Caller, deal_id: UUID, body: NoteCreate) -> NoteRead:
    """Note an activity; a shared one counts as progress.

    Edges: a partner's notes are always shared; a note of the vendor's side leaves no trace a partner could see.
    Errors: `NotFound`.
    """
    row = await store.lock_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    note = DealNoteRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=row.partner_id,
        deal_id=row.id,
        audience="partner" if who.is_partner else body.audience,
        kind=body.kind,
        body=body.body,
        author_side="partner" if who.is_partner else "staff",
        author_id=who.actor_id,
        created_at=tx.now,
    )
    await tx.insert(note)
    if note.audience == "partner":
        await note_progress(tx, row)
        await keep_and_tell(tx, who, row, DealNoted)
    return NoteRead.model_validate(note)


async def list_notes(tx: Tx, deal_id: UUID, paging: Paging) -> Page[NoteRead]:
    """The notes on a registration that the caller may read, newest first. Errors: `NotFound`."""
    if await store.find_deal(tx, deal_id) is None:
        raise NotFound()
    return await page_of(tx, store.notes(tx, deal_id), paging, [(DealNoteRow.id, True)], NoteRead.model_validate)
