"""Give a partner a persona, and end it."""

from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.errors import PersonaHeldAlready
from ecosystem_api.network.partners.events import PartnerPersonaAdded, PartnerPersonaEnded
from ecosystem_api.network.partners.schemas import PartnerRead, PersonaEnd, PersonaGiven
from ecosystem_api.network.partners.service.read import get_row, written_partner
from ecosystem_api.network.partners.tables import PartnerPersonaRow, PartnerRow
from ecosystem_api.network.personas import service as personas
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.reading import Written


async def give_persona(tx: Tx, who: Caller, partner_id: UUID, body: PersonaGiven) -> Written[PartnerRead]:
    """Give a partner a persona from a day on. Errors: `NotFound`, `UnknownPersona`, `PersonaHeldAlready`."""
    row = await get_row(tx, partner_id, is_locked=True)
    await personas.require_personas(tx, [body.persona], "/persona")
    held = await insert_persona(tx, row, body)
    touch(row, tx.now)
    event = PartnerPersonaAdded(partner_id=row.id, persona=held.persona, from_on=held.from_on)
    await record(tx, who, event, subject_id=encode("par", row.id), partner_id=row.id)
    return await written_partner(tx, row)


async def end_persona(tx: Tx, who: Caller, partner_id: UUID, persona: str, body: PersonaEnd) -> Written[PartnerRead]:
    """Give a persona its end. Shape: the span that has not ended today; a later one may be called off altogether.

    Errors: `NotFound` when the partner has no such span, `InvalidRequest` for an end before the beginning.
    """
    row = await get_row(tx, partner_id, is_locked=True)
    held = await store.unended_persona(tx, row.id, persona, tx.now.date())
    if held is None:
        raise NotFound()
    until_on: date = body.until_on or max(tx.now.date(), held.from_on)
    if until_on < held.from_on:
        detail = f"It began on {held.from_on}; the end cannot lie before."
        raise InvalidRequest(errors=[FieldError("/until_on", "end_before_start", detail)])
    held.until_on = until_on
    touch(row, tx.now)
    await tx.flush()
    event = PartnerPersonaEnded(partner_id=row.id, persona=persona, from_on=held.from_on, until_on=until_on)
    await record(tx, who, event, subject_id=encode("par", row.id), partner_id=row.id)
    return await written_partner(tx, row)


async def insert_persona(tx: Tx, row: PartnerRow, given: PersonaGiven, pointer: str = "/persona") -> PartnerPersonaRow:
    """Write one span. Errors: `PersonaHeldAlready`."""
    held = PartnerPersonaRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=row.id,
        persona=given.persona,
        from_on=given.from_on or tx.now.date(),
        until_on=given.until_on,
    )
    if held.until_on is not None and held.until_on < held.from_on:
        raise InvalidRequest(errors=[FieldError(pointer, "end_before_start", f"It begins on {held.from_on}.")])
    try:
        await tx.insert(held)
    except IntegrityError as error:
        if constraint_name(error) == "ex_partner_personas_held":
            raise PersonaHeldAlready(errors=[FieldError(pointer, "persona_held_already", "End it first.")]) from None
        raise
    return held
