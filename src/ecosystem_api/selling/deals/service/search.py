"""Let registrations be found by words."""

from ecosystem_api.runtime.search import keep_words
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals.tables import DealRow, DealWordRow


def keep_words_of(writes: Writes, row: DealRow, *, is_new: bool = False) -> None:
    """A registration is found by its title, number and id in another system as they are now."""
    texts = [row.title, str(row.number), row.external_id]
    keep_words(writes, DealWordRow, texts, is_new=is_new, deal_id=row.id, partner_id=row.partner_id)
