"""Read partners, for callers and for other rooms."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.names import normal_name
from ecosystem_api.kernel.problem import FieldError, NotFound, RecordMerged
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.answers import PARTNERS, SUPERIORS, superiors_of
from ecosystem_api.network.partners.domain import PartnerFacts, PartnerFilter, PartnerProfile
from ecosystem_api.network.partners.errors import UnknownPartner
from ecosystem_api.network.partners.schemas import PartnerRead, PartnerStatusChangeRead, PersonaHeld
from ecosystem_api.network.partners.tables import PartnerPersonaRow, PartnerRow, PartnerStatusChangeRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.reading import Fields, Found, View, Written, chosen_fields, page, part, put, whole
from ecosystem_api.runtime.search import wanted_words
from ecosystem_api.runtime.statement import Row


async def get_partner(tx: Tx, partner_id: UUID) -> PartnerRead:
    """One partner the caller may see. Errors: `NotFound`."""
    return PartnerRead.model_validate_json((await show_partner(tx, partner_id)).content)


async def show_partner(tx: Tx, partner_id: UUID, fields: str | None = None) -> Written[PartnerRead]:
    """One partner, written for its reader. Errors: `NotFound`."""
    chosen = chosen_fields(PartnerRead, fields)
    found = await PARTNERS.one(tx, _view(tx), partner_id, chosen)
    if found is None or found.row["merged_into"] is not None:
        await get_row(tx, partner_id)
        raise NotFound()
    (text,) = await _texts(tx, [found], chosen)
    return whole(text, found.version) if fields is None else part(text, found.version)


async def list_partners(
    tx: Tx, paging: Paging, wanted: PartnerFilter, sort: str, fields: str | None = None
) -> Written[PartnerRead]:
    """Partners the caller may see."""
    chosen = chosen_fields(PartnerRead, fields)
    filters = {**asdict(wanted), "name": None, "q": None}
    filters["name_key"] = normal_name(wanted.name) if wanted.name is not None else None
    filters["is_current"] = True if wanted.merged_into_id is None else None
    filters |= wanted_words(wanted.q)
    found, cursor = await PARTNERS.page(tx, _view(tx), paging, filters, sort, chosen)
    return page(await _texts(tx, found, chosen), cursor)


async def partner_answers(tx: Tx, who: Caller, partner_ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of these partners, for the answers that refer to them."""
    found = list((await PARTNERS.some(tx, _view(tx), partner_ids)).values())
    return {one.id: text for one, text in zip(found, await _texts(tx, found, None), strict=True)}


async def partner_facts(tx: Tx, partner_id: UUID) -> PartnerFacts:
    """What rules may know of a partner, as of now. Errors: `NotFound`."""
    found = await store.find_standing(tx, partner_id, tx.now.date())
    if found is None:
        raise NotFound()
    return PartnerFacts(**_facts(found))


async def partner_profiles(tx: Tx, statuses: Collection[str]) -> list[PartnerProfile]:
    """What may speak for every partner in one of these states, as of now, by age of the partner.

    Edges: reads over all partners, so it must not be answered to one of them as it is.
    """
    async with tx.vendor_wide():
        rows = await store.profiles(tx, statuses, tx.now.date())
    return [
        PartnerProfile(
            **_facts(row),
            partner_id=row["id"],
            regions=tuple(row["regions"]),
            verticals=tuple(row["verticals"]),
            skills=tuple(row["skills"]),
            size_band=row["size_band"] or "",
        )
        for row in rows
    ]


def _facts(row: Row) -> dict[str, Any]:
    return {
        "status": row["status"],
        "personas": tuple(sorted(row["personas"] or ())),
        "tier": row["tier"] or "",
        "country": row["country"],
        "territories": tuple(row["territories"]),
        "certifications": tuple(row["certifications"]),
        "custom_fields": row["custom_fields"],
    }


async def require_partner(tx: Tx, partner_id: UUID, *, pointer: str | None = None) -> None:
    """Refuse an id that is no partner the caller may see.

    Errors: `NotFound`; with a `pointer` into the body that named it, `UnknownPartner`.
    """
    if await store.stands_for_itself(tx, partner_id):
        return
    row = await store.find_partner(tx, partner_id)
    await refuse_merged(tx, partner_id, row)
    if row is None:
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
    """The partner's row, for this room. Errors: `NotFound`, `RecordMerged`."""
    row = await store.find_partner(tx, partner_id, is_locked=is_locked)
    await refuse_merged(tx, partner_id, row)
    if row is None:
        raise NotFound()
    return row


async def refuse_merged(tx: Tx, partner_id: UUID, row: PartnerRow | None) -> None:
    """Lead staff, and that partner's own callers, to the partner that stands for a merged one.

    Errors: `RecordMerged`.
    """
    if row is None and tx.partner_id is not None:
        async with tx.vendor_wide():
            hidden = await store.find_partner(tx, partner_id)
        row = hidden if hidden is not None and hidden.merged_into_id == tx.partner_id else None
    if row is not None and row.merged_into_id is not None:
        raise RecordMerged(encode("par", partner_id), encode("par", row.merged_into_id))


async def know_partner(tx: Tx, partner_id: UUID) -> None:
    """Let a partner be named that stands for itself, or that nobody knows. Errors: `RecordMerged`."""
    await refuse_merged(tx, partner_id, await store.find_partner(tx, partner_id))


async def written_partner(tx: Tx, row: PartnerRow) -> Written[PartnerRead]:
    """A row that was just written, in the same words as when it is read."""
    found = (await PARTNERS.some(tx, _view(tx), [row.id]))[row.id]
    (text,) = await _texts(tx, [found], None)
    return whole(text, found.version)


async def read_partner(tx: Tx, row: PartnerRow) -> PartnerRead:
    """One row with what belongs to it."""
    return (await read_partners(tx, [row]))[0]


async def read_partners(tx: Tx, rows: Sequence[PartnerRow]) -> list[PartnerRead]:
    """Rows as answers, in the same words as when they are read."""
    by_id = await PARTNERS.some(tx, _view(tx), [row.id for row in rows])
    texts = await _texts(tx, [by_id[row.id] for row in rows], None)
    return [PartnerRead.model_validate_json(text) for text in texts]


def _view(tx: Tx) -> View:
    return View(tx.partner_id is not None)


async def _texts(tx: Tx, found: Sequence[Found], fields: Fields) -> list[str]:
    """The JSON of each; for a partner's caller with the parent and the distributors, which only the vendor sees."""
    names = [name for name in SUPERIORS if fields is None or name in fields]
    if tx.partner_id is None or not names or not found:
        return [one.text for one in found]
    async with tx.vendor_wide():
        above = await superiors_of(tx, [one.id for one in found])
    return [put(one.text, {name: above[one.id][name] for name in names}) for one in found]


def read_persona(row: PartnerPersonaRow) -> PersonaHeld:
    """A span of a persona on the wire."""
    return PersonaHeld.model_validate(row)


def _step(row: PartnerStatusChangeRow, who: Caller) -> PartnerStatusChangeRead:
    told = {name: getattr(row, name) for name in PartnerStatusChangeRead.model_fields if name != "actor"}
    actor = None if who.is_partner else f"{row.actor_type}:{row.actor_id}"
    return PartnerStatusChangeRead.model_validate({**told, "actor": actor})


def size_of(tx: Any) -> Select[Any]:
    """The size of a partner, as a part of another room's statement. Shape: takes `partner_id`."""
    return store.size_of(tx)


async def size_bands(tx: Tx, partner_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """The size of each of some partners; None where it is not known."""
    return {row.id: row.size_band for row in await store.sizes_of(tx, partner_ids)}
