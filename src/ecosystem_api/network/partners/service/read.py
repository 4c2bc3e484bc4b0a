"""Read partners, for callers and for other rooms."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.domain import PartnerFacts, PartnerFilter, allowed_actions
from ecosystem_api.network.partners.errors import UnknownPartner
from ecosystem_api.network.partners.schemas import PartnerRead, PartnerStatusChangeRead, PersonaHeld
from ecosystem_api.network.partners.tables import PartnerPersonaRow, PartnerRow, PartnerStatusChangeRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of

_COMPUTED = {"allowed_actions", "personas", "aliases", "external_ids", "parent_id", "distributor_ids"}
_STORED = PartnerRead.model_fields.keys() - _COMPUTED


async def get_partner(tx: Tx, partner_id: UUID) -> PartnerRead:
    """One partner the caller may see. Errors: `NotFound`."""
    return await read_partner(tx, await get_row(tx, partner_id))


async def list_partners(tx: Tx, paging: Paging, wanted: PartnerFilter, *, by_name: bool) -> Page[PartnerRead]:
    """Partners the caller may see, by name or newest first."""
    keys = [(PartnerRow.name_key, False), (PartnerRow.id, False)]
    if not by_name:
        keys = [(PartnerRow.created_at, True), (PartnerRow.id, True)]
    page = await page_of(tx, store.partners(tx, wanted), paging, keys, lambda row: row)
    return Page(data=await read_partners(tx, page.data), next_cursor=page.next_cursor)


async def partner_facts(tx: Tx, partner_id: UUID) -> PartnerFacts:
    """What rules may know of a partner, as of now. Errors: `NotFound`."""
    row = await get_row(tx, partner_id)
    held = await store.personas_on(tx, [row.id], tx.now.date())
    return PartnerFacts(
        status=row.status,
        personas=tuple(sorted(persona.persona for persona in held)),
        tier=row.tier or "",
        country=row.country,
        territories=tuple(row.territories),
        certifications=tuple(row.certifications),
    )


async def require_partner(tx: Tx, partner_id: UUID, *, pointer: str | None = None) -> None:
    """Refuse an id that is no partner the caller may see.

    Errors: `NotFound`; with a `pointer` into the body that named it, `UnknownPartner`.
    """
    if await store.find_partner(tx, partner_id) is None:
        if pointer is None:
            raise NotFound()
        raise UnknownPartner(errors=[FieldError(pointer, "unknown_partner", "No partner of this id.")])


async def find_by_external_id(tx: Tx, system: str, external_id: str) -> PartnerRead | None:
    """The partner that another system knows by this id."""
    row = await store.partner_known_as(tx, system, external_id)
    return None if row is None else await read_partner(tx, row)


async def find_by_name(tx: Tx, name: str) -> PartnerRead | None:
    """The partner a raw spelling leads to, by its name or an alias.

    Edges: None for a spelling without letters and digits, and for one that names two partners: it settles nothing.
    """
    name_key = normal_name(name)
    found = await store.partners_named(tx, name_key) if name_key else []
    return await read_partner(tx, found[0]) if len(found) == 1 else None


async def list_history(tx: Tx, who: Caller, partner_id: UUID, paging: Paging) -> Page[PartnerStatusChangeRead]:
    """The steps of a partner's way, newest first. Errors: `NotFound`."""
    await get_row(tx, partner_id)
    keys = [(PartnerStatusChangeRow.id, True)]
    return await page_of(tx, store.status_changes(tx, partner_id), paging, keys, lambda row: _step(row, who))


async def list_personas(tx: Tx, partner_id: UUID, paging: Paging) -> Page[PersonaHeld]:
    """All personas of a partner, newest first. Errors: `NotFound`."""
    await get_row(tx, partner_id)
    keys = [(PartnerPersonaRow.id, True)]
    return await page_of(tx, store.personas_of(tx, partner_id), paging, keys, read_persona)


async def get_row(tx: Tx, partner_id: UUID, *, is_locked: bool = False) -> PartnerRow:
    """The partner's row, for this room. Errors: `NotFound`."""
    row = await store.find_partner(tx, partner_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def read_partner(tx: Tx, row: PartnerRow) -> PartnerRead:
    """One row with what belongs to it."""
    return (await read_partners(tx, [row]))[0]


async def read_partners(tx: Tx, rows: Sequence[PartnerRow]) -> list[PartnerRead]:
    """Rows with what belongs to each; as many queries for two hundred as for one."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    personas = _by_partner(await store.personas_on(tx, ids, tx.now.date()))
    aliases = _by_partner(await store.aliases_of(tx, ids))
    external_ids = _by_partner(await store.external_ids_of(tx, ids))
    # A relationship is kept by the partner above, but the one below may know who its parent and distributors are.
    async with tx.vendor_wide():
        above = await store.relationships_to(tx, ids, ("parent_of", "distributes_to"))
    parents = {link.other_id: link.partner_id for link in above if link.kind == "parent_of"}

    def whole(row: PartnerRow) -> dict[str, Any]:
        return {name: getattr(row, name) for name in _STORED} | {
            # Moving a partner is the vendor's side's to do; the partner itself is offered nothing.
            "allowed_actions": allowed_actions(row.status) if tx.partner_id is None else [],
            "personas": [read_persona(held) for held in personas[row.id]],
            "aliases": [alias.name for alias in aliases[row.id]],
            "external_ids": {known.system: known.external_id for known in external_ids[row.id]},
            "parent_id": parents.get(row.id),
            "distributor_ids": [
                link.partner_id for link in above if link.other_id == row.id and link.kind == "distributes_to"
            ],
        }

    return [PartnerRead.model_validate(whole(row)) for row in rows]


def _by_partner(rows: Sequence[Any]) -> defaultdict[UUID, list[Any]]:
    grouped: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.partner_id].append(row)
    return grouped


def read_persona(row: PartnerPersonaRow) -> PersonaHeld:
    """A span of a persona on the wire."""
    return PersonaHeld.model_validate(row)


def _step(row: PartnerStatusChangeRow, who: Caller) -> PartnerStatusChangeRead:
    told = {name: getattr(row, name) for name in PartnerStatusChangeRead.model_fields if name != "actor"}
    actor = None if who.is_partner else f"{row.actor_type}:{row.actor_id}"
    return PartnerStatusChangeRead.model_validate({**told, "actor": actor})


async def size_bands(tx: Tx, partner_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """The size of each of some partners; None where it is not known."""
    return {row.id: row.size_band for row in await store.sizes_of(tx, partner_ids)}
