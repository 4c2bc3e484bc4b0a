"""Let partners be found by words."""

from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.tables import PartnerRow, PartnerWordRow
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.search import keep_words
from ecosystem_api.runtime.statement import Writes


async def keep_words_of(tx: Tx, row: PartnerRow) -> None:
    """A partner is found by its names, aliases, domains and ids in other systems as they are now."""
    aliases = [alias.name for alias in await store.aliases_of(tx, [row.id])]
    external_ids = [known.external_id for known in await store.external_ids_of(tx, [row.id])]
    texts = [row.display_name, row.legal_name, *row.domains, *aliases, *external_ids]
    writes = Writes()
    keep_words(writes, PartnerWordRow, texts, partner_id=row.id)
    await writes.send(tx)
