"""Use cases of personas."""

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.problem import FieldError, IllegalMove, NotFound
from ecosystem_api.network.personas import store
from ecosystem_api.network.personas.domain import BUILT_IN
from ecosystem_api.network.personas.errors import BuiltInPersona, PersonaKeyTaken, UnknownPersona
from ecosystem_api.network.personas.events import PersonaCreated, PersonaRetired, PersonaUpdated
from ecosystem_api.network.personas.schemas import PersonaCreate, PersonaRead, PersonaUpdate
from ecosystem_api.network.personas.tables import PersonaRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record


async def seed_personas(tx: Tx, who: Caller) -> None:
    """A new vendor starts with the built-in personas."""
    for persona in BUILT_IN:
        await _add(tx, who, PersonaCreate.model_validate(asdict(persona)), is_builtin=True)


async def create_persona(tx: Tx, who: Caller, body: PersonaCreate) -> PersonaRead:
    """Add a kind of partner. Errors: `PersonaKeyTaken`."""
    return PersonaRead.model_validate(await _add(tx, who, body, is_builtin=False))


async def get_persona(tx: Tx, key: str) -> PersonaRead:
    """One kind of partner, retired or not. Errors: `NotFound`."""
    return PersonaRead.model_validate(await _get(tx, key))


async def list_personas(tx: Tx, paging: Paging, *, status: str | None) -> Page[PersonaRead]:
    """Kinds of partner by key."""
    statement = store.personas(tx, status=status)
    return await page_of(tx, statement, paging, [(PersonaRow.key, False)], PersonaRead.model_validate)


async def update_persona(tx: Tx, who: Caller, key: str, body: PersonaUpdate, if_match: str | None) -> PersonaRead:
    """Reword a kind of partner or change its rights. Errors: `NotFound`, `PreconditionFailed`."""
    row = await _get(tx, key, is_locked=True)
    expect_version(if_match, row.version)
    changes = body.model_dump(exclude_unset=True)
    changed = apply_changes(row, changes, required=PersonaUpdate.model_fields, now=tx.now)
    if changed:
        await record(tx, who, PersonaUpdated(key=key, changed=changed), subject_id=key)
        await tx.flush()
    return PersonaRead.model_validate(row)


async def retire_persona(tx: Tx, who: Caller, key: str) -> PersonaRead:
    """Give it to no further partner; who has it keeps it. Errors: `NotFound`, `BuiltInPersona`, `IllegalMove`."""
    row = await _get(tx, key, is_locked=True)
    if row.is_builtin:
        raise BuiltInPersona()
    if row.status == "retired":
        raise IllegalMove("The persona is retired already.", allowed_actions=[])
    row.status = "retired"
    touch(row, tx.now)
    await record(tx, who, PersonaRetired(key=key), subject_id=key)
    await tx.flush()
    return PersonaRead.model_validate(row)


async def require_personas(tx: Tx, keys: Collection[str], pointer: str = "/personas") -> None:
    """Refuse a word that is no current persona of the vendor. Errors: `UnknownPersona`, pointing at the field."""
    known = {row.key for row in await store.personas_named(tx, keys) if row.status == "active"}
    if unknown := sorted(set(keys) - known):
        errors = [FieldError(pointer, "unknown_persona", f"{key} is no persona that is given now.") for key in unknown]
        raise UnknownPersona(errors=errors)


async def _add(tx: Tx, who: Caller, body: PersonaCreate, *, is_builtin: bool) -> PersonaRow:
    row = PersonaRow(
        vendor_id=tx.vendor_id,
        is_builtin=is_builtin,
        status="active",
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **body.model_dump(),
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) == "pk_personas":
            raise PersonaKeyTaken(errors=[FieldError("/key", "persona_key_taken", "Use another key.")]) from None
        raise
    await record(tx, who, PersonaCreated(key=row.key, rights=row.rights), subject_id=row.key)
    return row


async def _get(tx: Tx, key: str, *, is_locked: bool = False) -> PersonaRow:
    row = await store.find_persona(tx, key, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row
