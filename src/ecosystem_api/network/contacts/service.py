"""Use cases of contacts."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.network.contacts import store
from ecosystem_api.network.contacts.errors import ContactEmailTaken
from ecosystem_api.network.contacts.events import ContactAdded, ContactDeleted, ContactUpdated
from ecosystem_api.network.contacts.schemas import ContactCreate, ContactItem, ContactRead, ContactUpdate
from ecosystem_api.network.contacts.tables import ContactRow
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.http.bulk import IfKnown
from ecosystem_api.runtime.ledger import Event, record
from ecosystem_api.runtime.merge import Finding, Followed, Merge


async def add_contact(tx: Tx, who: Caller, partner_id: UUID, body: ContactCreate) -> ContactRead:
    """Add a person to a partner. Errors: `NotFound` for the partner, `ContactEmailTaken`."""
    await partners.require_partner(tx, partner_id)
    if body.is_primary:
        await _demote_primary(tx, who, partner_id)
    row = ContactRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **body.model_dump(),
    )
    tx.session.add(row)
    await _write(tx)
    await _tell(tx, who, row, ContactAdded)
    return ContactRead.model_validate(row)


async def put_contact(tx: Tx, who: Caller, body: ContactItem, if_known: IfKnown) -> tuple[str, str]:
    """Add a person, or keep or change the one of the partner with this e-mail address.

    Shape: (`created` | `updated` | `unchanged`, id). Errors: as adding and changing a contact, `UnknownPartner`.
    """
    partner_id = body.partner_id or who.partner_id
    if partner_id is None:
        raise InvalidRequest(errors=[FieldError("/partner_id", "missing", "The id of the partner.")])
    await partners.require_partner(tx, partner_id, pointer="/partner_id")
    known = await store.find_by_email(tx, partner_id, body.email) if body.email and if_known != "refuse" else None
    sent = body.model_dump(exclude={"partner_id"}, exclude_unset=True)
    if known is None:
        created = await add_contact(tx, who, partner_id, ContactCreate.model_validate(sent))
        return "created", encode("con", created.id)
    before = known.version
    if if_known == "update":
        await update_contact(tx, who, known.id, ContactUpdate.model_validate(sent), "*")
    return ("unchanged" if known.version == before else "updated"), encode("con", known.id)


async def get_contact(tx: Tx, contact_id: UUID) -> ContactRead:
    """One contact. Errors: `NotFound`."""
    return ContactRead.model_validate(await _get(tx, contact_id))


async def list_contacts(tx: Tx, partner_id: UUID, role: str | None, paging: Paging) -> Page[ContactRead]:
    """The people of a partner, newest first. Errors: `NotFound` for the partner."""
    await partners.require_partner(tx, partner_id)
    statement = store.contacts(tx, partner_id, role)
    return await page_of(tx, statement, paging, [(ContactRow.id, True)], ContactRead.model_validate)


async def update_contact(
    tx: Tx, who: Caller, contact_id: UUID, body: ContactUpdate, if_match: str | None
) -> ContactRead:
    """Change what is known of a person. Errors: `NotFound`, `PreconditionFailed`, `ContactEmailTaken`."""
    row = await _get(tx, contact_id, is_locked=True)
    expect_version(if_match, row.version)
    if body.is_primary and not row.is_primary:
        await _demote_primary(tx, who, row.partner_id)
    changes = body.model_dump(exclude_unset=True)
    changed = apply_changes(row, changes, required={"name", "roles", "is_primary"}, now=tx.now)
    if changed:
        await _write(tx)
        await _tell(tx, who, row, ContactUpdated, changed=changed)
    return ContactRead.model_validate(row)


async def follow_merge(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """People follow their partner. Edges: where both have a first one to call, it is the remaining partner's."""
    for one in sorted((merge.source_id, merge.target_id)):
        await store.lock_primary(tx, one)
    moving, there = await store.people_of(tx, merge.source_id), await store.people_of(tx, merge.target_id)
    known = {row.email: row for row in there if row.email}
    twice = [(row, known[row.email]) for row in moving if row.email in known]
    if twice:
        detail = "Both partners have a contact with this e-mail address: delete one, or change its address."
        pairs = [tuple(encode("con", row.id) for row in pair) for pair in twice]
        return Followed(conflicts=[Finding("contact_email_taken", "contacts", pair, detail) for pair in pairs])
    has_primary = any(row.is_primary for row in there)
    for row in moving:
        row.partner_id, row.is_primary = merge.target_id, row.is_primary and not has_primary
        touch(row, tx.now)
    await tx.flush()
    for row in moving:
        await _tell(tx, who, row, ContactUpdated, changed=["/partner_id"])
    return Followed(moved={"contacts": len(moving)})


async def delete_contact(tx: Tx, who: Caller, contact_id: UUID) -> None:
    """Erase a person: nothing of them stays here. Errors: `NotFound`."""
    row = await _get(tx, contact_id, is_locked=True)
    await tx.session.delete(row)
    await tx.flush()
    await _tell(tx, who, row, ContactDeleted)


async def _get(tx: Tx, contact_id: UUID, *, is_locked: bool = False) -> ContactRow:
    row = await store.find_contact(tx, contact_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def _demote_primary(tx: Tx, who: Caller, partner_id: UUID) -> None:
    await store.lock_primary(tx, partner_id)
    before = await store.find_primary(tx, partner_id)
    if before is not None:
        changed = apply_changes(before, {"is_primary": False}, required=(), now=tx.now)
        await tx.flush()
        await _tell(tx, who, before, ContactUpdated, changed=changed)


async def _write(tx: Tx) -> None:
    try:
        await tx.flush()
    except IntegrityError as error:
        if constraint_name(error) == "uq_contacts_email":
            raise ContactEmailTaken(errors=[FieldError("/email", "contact_email_taken", "Use another.")]) from None
        raise


async def _tell(tx: Tx, who: Caller, row: ContactRow, news: type[Event], **more: list[str]) -> None:
    event = news.model_validate({"contact_id": row.id, "partner_id": row.partner_id, **more})
    await record(tx, who, event, subject_id=encode("con", row.id), partner_id=row.partner_id)
