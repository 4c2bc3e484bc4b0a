"""Add a partner and keep its record."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import normal_name
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.network.fields import service as custom
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.domain import judge_fields
from ecosystem_api.network.partners.errors import AliasTaken, PartnerExternalIdTaken
from ecosystem_api.network.partners.events import PartnerCreated, PartnerUpdated
from ecosystem_api.network.partners.schemas import PartnerCreate, PartnerRead, PartnerUpdate
from ecosystem_api.network.partners.service.move import remember_step
from ecosystem_api.network.partners.service.personas import insert_persona
from ecosystem_api.network.partners.service.read import get_row, require_partner, written_partner
from ecosystem_api.network.partners.service.relate import relate
from ecosystem_api.network.partners.service.search import keep_words_of
from ecosystem_api.network.partners.tables import PartnerAliasRow, PartnerExternalIdRow, PartnerRow
from ecosystem_api.network.personas import service as personas
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.reading import Written

_BESIDE = {"personas", "aliases", "external_ids", "parent_id", "distributor_ids"}
_JUDGED = {"custom_fields"}
_REQUIRED = PartnerUpdate.model_fields.keys() - {"legal_name", "tier", "size_band", "data_region"}


async def create_partner(tx: Tx, who: Caller, body: PartnerCreate) -> tuple[UUID, Written[PartnerRead]]:
    """Add a partner with all that is known of it; answers its id too.

    Errors: `UnknownPersona`, `PersonaHeldAlready`, `AliasTaken`, `PartnerExternalIdTaken`, `UnknownPartner`,
    `RecordMerged`, `CustomFieldNotWritable`, `InvalidRequest` for what a custom field does not take.
    """
    values = await custom.take_values(tx, who, "partner", body.custom_fields, {}, is_new=True)
    await personas.require_personas(tx, [given.persona for given in body.personas])
    row = PartnerRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        name_key=normal_name(body.display_name),
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        custom_fields=values,
        **body.model_dump(exclude=_BESIDE | _JUDGED),
    )
    await tx.insert(row)
    for place, given in enumerate(body.personas):
        await insert_persona(tx, row, given, pointer=f"/personas/{place}")
    await _set_aliases(tx, row, body.aliases)
    await _set_external_ids(tx, row, body.external_ids)
    await keep_words_of(tx, row)
    event = PartnerCreated(
        partner_id=row.id,
        status=row.status,
        country=row.country,
        personas=sorted({given.persona for given in body.personas}),
    )
    event_id = await record(tx, who, event, subject_id=encode("par", row.id), partner_id=row.id)
    await remember_step(tx, who, row, "create", event_id)
    await _place(tx, who, row, body)
    return row.id, await written_partner(tx, row)


async def update_partner(
    tx: Tx, who: Caller, partner_id: UUID, body: PartnerUpdate, if_match: str | None
) -> Written[PartnerRead]:
    """Change what is known of a partner.

    Errors: `NotFound`, `FieldsNotPermitted`, `CustomFieldNotWritable`, `PreconditionFailed`, `AliasTaken`,
    `PartnerExternalIdTaken`, `InvalidRequest`.
    """
    row = await get_row(tx, partner_id, is_locked=True)
    judge_fields(who.is_partner, body.model_fields_set)
    expect_version(if_match, row.version)
    await change_row(tx, who, row, body.model_dump(exclude_unset=True))
    return await written_partner(tx, row)


async def change_row(tx: Tx, who: Caller, row: PartnerRow, changes: Mapping[str, Any]) -> None:
    """Write what differs, and tell of it if anything does. Errors: `InvalidRequest` for null where it cannot clear."""
    # Aliases and external ids live in tables of their own; as null they are refused together with the columns.
    own = {name: value for name, value in changes.items() if name not in _BESIDE or value is None}
    if own.get("custom_fields") is not None:
        own["custom_fields"] = await custom.take_values(tx, who, "partner", own["custom_fields"], row.custom_fields)
    changed = apply_changes(row, own, required=_REQUIRED, now=tx.now)
    row.name_key = normal_name(row.display_name)
    beside = []
    if "aliases" in changes and await _set_aliases(tx, row, changes["aliases"]):
        beside.append("/aliases")
    if "external_ids" in changes and await _set_external_ids(tx, row, changes["external_ids"]):
        beside.append("/external_ids")
    if beside and not changed:
        touch(row, tx.now)
    if changed or beside:
        await keep_words_of(tx, row)
        event = PartnerUpdated(partner_id=row.id, changed=changed + beside)
        await record(tx, who, event, subject_id=encode("par", row.id), partner_id=row.id)


async def _set_aliases(tx: Tx, row: PartnerRow, aliases: Sequence[str]) -> bool:
    """Let exactly these spellings lead to the partner; answer whether anything changed."""
    wanted = {normal_name(alias): (place, alias) for place, alias in reversed(list(enumerate(aliases)))}
    held = {alias.name_key: alias for alias in await store.aliases_of(tx, [row.id])}
    respelled = {key for key in held.keys() & wanted.keys() if held[key].name != wanted[key][1]}
    gone = held.keys() - wanted.keys()
    if gone:
        await store.drop_aliases(tx, row.id, gone)
    for key in respelled:
        held[key].name = wanted[key][1]
    new = sorted((place, key, name) for key, (place, name) in wanted.items() if key not in held)
    for place, key, name in new:
        try:
            await tx.insert(
                PartnerAliasRow(vendor_id=tx.vendor_id, id=new_uuid(), partner_id=row.id, name=name, name_key=key)
            )
        except IntegrityError as error:
            if (constraint_name(error) or "").startswith("uq_partner_aliases"):
                detail = "This spelling leads to another partner."
                raise AliasTaken(errors=[FieldError(f"/aliases/{place}", "partner_alias_taken", detail)]) from None
            raise
    return bool(gone or respelled or new)


async def _set_external_ids(tx: Tx, row: PartnerRow, changes: Mapping[str, str | None]) -> bool:
    """Merge ids by system, null removes one; answer whether anything changed."""
    held = {known.system: known.external_id for known in await store.external_ids_of(tx, [row.id])}
    differing = {system: value for system, value in changes.items() if held.get(system) != value}
    if stale := differing.keys() & held.keys():
        await store.drop_external_ids(tx, row.id, stale)
    for system, value in differing.items():
        if value is None:
            continue
        known = PartnerExternalIdRow(
            vendor_id=tx.vendor_id, id=new_uuid(), partner_id=row.id, system=system, external_id=value
        )
        try:
            await tx.insert(known)
        except IntegrityError as error:
            if (constraint_name(error) or "").startswith("uq_partner_external_ids"):
                fault = FieldError(f"/external_ids/{system}", "partner_external_id_taken", "It is another partner's.")
                raise PartnerExternalIdTaken(errors=[fault]) from None
            raise
    return bool(differing)


async def _place(tx: Tx, who: Caller, row: PartnerRow, body: PartnerCreate) -> None:
    """Put a new partner below its parent and its distributors."""
    above = [("parent_of", body.parent_id, "/parent_id")] if body.parent_id else []
    above += [("distributes_to", of, f"/distributor_ids/{place}") for place, of in enumerate(body.distributor_ids)]
    for kind, superior_id, pointer in above:
        await require_partner(tx, superior_id, pointer=pointer)
        await relate(tx, who, superior_id, kind, row.id, pointer=pointer)
