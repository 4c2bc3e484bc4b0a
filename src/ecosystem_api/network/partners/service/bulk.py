"""Take a partner from a bulk request."""

from ecosystem_api.kernel.ids import encode
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.errors import PartnerExternalIdTaken
from ecosystem_api.network.partners.schemas import PartnerCreate, PartnerUpdate
from ecosystem_api.network.partners.service.keep import change_row, create_partner
from ecosystem_api.network.partners.service.read import get_row
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.bulk import IfKnown


async def put_partner(tx: Tx, who: Caller, body: PartnerCreate, if_known: IfKnown) -> tuple[str, str]:
    """Add a partner, or keep or change the one that other systems know by one of its external ids.

    Shape: (`created` | `updated` | `unchanged`, id). Edges: what a change of a partner does not take (its status, its
    personas, who stands above it) counts only where the item creates it. Errors: as adding and changing a partner;
    `PartnerExternalIdTaken` when its ids lead to several.
    """
    found = set() if if_known == "refuse" else await store.partners_known_as(tx, body.external_ids)
    if len(found) > 1:
        raise PartnerExternalIdTaken("The external ids of this item belong to several partners.")
    if not found:
        return "created", encode("par", (await create_partner(tx, who, body))[0])
    row = await get_row(tx, next(iter(found)), is_locked=True)
    before = row.version
    if if_known == "update":
        sent = body.model_fields_set & PartnerUpdate.model_fields.keys()
        await change_row(tx, who, row, body.model_dump(include=set(sent)))
    return ("unchanged" if row.version == before else "updated"), encode("par", row.id)
