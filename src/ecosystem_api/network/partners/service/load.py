"""Take a partner from an import."""

from ecosystem_api.kernel.ids import encode
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.schemas import PartnerCreate, PartnerImport, PartnerUpdate
from ecosystem_api.network.partners.service.keep import change_row, create_partner
from ecosystem_api.network.partners.service.personas import give_persona
from ecosystem_api.network.partners.service.read import get_row
from ecosystem_api.network.partners.tables import PartnerRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx

_LINE_ONLY = {"system", "external_id"}


async def import_partner(tx: Tx, who: Caller, line: PartnerImport) -> tuple[str, str]:
    """One line of an import: creates the partner, or brings the one with this external id up to date.

    Shape: (`created` | `updated` | `unchanged`, id). Edges: for a known partner, aliases and personas are added, what
    the line leaves out stays, and the status stays: it moves by the partner's actions alone.
    Errors: as creating and changing a partner.
    """
    known = await store.partner_known_as(tx, line.system, line.external_id)
    if known is None:
        fields = line.model_dump(exclude=_LINE_ONLY) | {"external_ids": {line.system: line.external_id}}
        created_id, _ = await create_partner(tx, who, PartnerCreate.model_validate(fields))
        return "created", encode("par", created_id)
    row = await get_row(tx, known.id, is_locked=True)
    before = row.version
    await _update(tx, who, row, line)
    return ("updated" if row.version != before else "unchanged"), encode("par", row.id)


async def _update(tx: Tx, who: Caller, row: PartnerRow, line: PartnerImport) -> None:
    told = line.model_fields_set & PartnerUpdate.model_fields.keys()
    changes = {name: value for name in told if (value := getattr(line, name)) not in (None, [], {})}
    if "aliases" in changes:
        held = [alias.name for alias in await store.aliases_of(tx, [row.id])]
        changes["aliases"] = held + changes["aliases"]
    await change_row(tx, who, row, changes)
    for given in line.personas:
        if given.from_on and await store.has_persona_since(tx, row.id, given.persona, given.from_on):
            continue
        if await store.unended_persona(tx, row.id, given.persona, tx.now.date()) is None:
            await give_persona(tx, who, row.id, given)
