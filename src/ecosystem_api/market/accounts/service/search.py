"""Let accounts be found: by words, by ids in other systems."""

from collections.abc import Iterable
from uuid import UUID

from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.domain import name_keys
from ecosystem_api.market.accounts.errors import ExternalIdTaken
from ecosystem_api.market.accounts.schemas import AccountExternalId
from ecosystem_api.market.accounts.tables import AccountRow, AccountStaffWordRow, AccountWordRow
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.search import keep_words
from ecosystem_api.runtime.statement import Writes


async def keep_findable(tx: Tx, row: AccountRow) -> None:
    """Let an account be found by all that names it, and by names like those; whenever that changes."""
    names = [row.normal_name, *(alias.normal_name for alias in await store.aliases_of(tx, [row.id]))]
    await store.keep_keys(tx, row.id, frozenset().union(*map(name_keys, names)))
    await keep_words_of(tx, row)


async def keep_words_of(tx: Tx, row: AccountRow) -> None:
    """An account is found by its name, domains, aliases and ids in other systems as they are now."""
    domains = [known.value for known in await store.identifiers_of(tx, [row.id]) if known.kind == "domain"]
    aliases = [alias.name for alias in await store.aliases_of(tx, [row.id])]
    external_ids = [known.external_id for known in await store.external_ids_of(tx, [row.id])]
    writes = Writes()
    keep_words(writes, AccountWordRow, [row.name], account_id=row.id, is_name=True)
    keep_words(writes, AccountWordRow, domains, account_id=row.id, is_name=False)
    keep_words(writes, AccountStaffWordRow, [*aliases, *external_ids], account_id=row.id)
    await writes.send(tx)


async def find_by_external_ids(tx: Tx, external_ids: Iterable[AccountExternalId]) -> UUID | None:
    """The account that other systems know by these ids, or None. Errors: `ExternalIdTaken` when they are several's."""
    found = [await store.find_by_external_id(tx, one.system, one.id) for one in external_ids]
    known = {account_id for account_id in found if account_id is not None}
    if len(known) > 1:
        raise ExternalIdTaken("The external ids of this item belong to several accounts.")
    return known.pop() if known else None
