"""Read accounts: the same record for everyone, and the vendor's side of it for staff."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import NotFound, RecordMerged
from ecosystem_api.market.accounts.answers import ACCOUNTS
from ecosystem_api.market.accounts.schemas import AccountRead
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.domains import registrable_domain
from ecosystem_api.runtime.http import Paging
from ecosystem_api.runtime.reading import View, Written, chosen_fields, page, part, texts, whole
from ecosystem_api.runtime.search import wanted_words

_STAFF_FILTERS = ("is_customer", "external_system", "external_id", "merged_into_id")


async def get_account(tx: Tx, account_id: UUID) -> AccountRead:
    """One account the caller may see. Errors: `NotFound`, `RecordMerged`."""
    return AccountRead.model_validate_json((await show_account(tx, account_id)).content)


async def show_account(tx: Tx, account_id: UUID, fields: str | None = None) -> Written[AccountRead]:
    """One account, written for its reader. Errors: `NotFound`, `RecordMerged`."""
    found = await ACCOUNTS.one(tx, _view(tx), account_id, chosen_fields(AccountRead, fields))
    if found is None:
        raise NotFound()
    refuse_merged(account_id, found.row["merged_into_id"])
    return whole(found.text, found.version) if fields is None else part(found.text, found.version)


async def list_accounts(
    tx: Tx, paging: Paging, filters: Mapping[str, Any], sort: str, fields: str | None = None
) -> Written[AccountRead]:
    """Accounts the caller may see, by name.

    Edges: `name` is compared by its normal key, and for staff also with aliases; `domain` by its registrable part.
    """
    name, domain = filters.get("name"), filters.get("domain")
    wanted = {key: value for key, value in filters.items() if tx.partner_id is None or key not in _STAFF_FILTERS}
    wanted |= {"name": None, "q": None, "domain": (registrable_domain(domain) or domain) if domain else None}
    wanted["is_current"] = True if wanted.get("merged_into_id") is None else None
    wanted["name_key"] = compact_name(normal_name(name)) if name else None
    wanted |= wanted_words(filters.get("q"))
    found, cursor = await ACCOUNTS.page(tx, _view(tx), paging, wanted, sort, chosen_fields(AccountRead, fields))
    return page(texts(found), cursor)


async def account_answers(tx: Tx, who: Caller, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of these accounts, for the answers that refer to them."""
    return {key: found.text for key, found in (await ACCOUNTS.some(tx, _view(tx), account_ids)).items()}


async def read_account(tx: Tx, account_id: UUID) -> AccountRead:
    """An account as it is now, for the answer to what changed it: nobody else can have merged it."""
    found = await ACCOUNTS.some(tx, _view(tx), [account_id])
    return AccountRead.model_validate_json(found[account_id].text)


def refuse_merged(account_id: UUID, merged_into_id: UUID | None) -> None:
    """Lead to the account that stands for a merged one. Errors: `RecordMerged`."""
    if merged_into_id is not None:
        raise RecordMerged(encode("acc", account_id), encode("acc", merged_into_id))


def _view(tx: Tx) -> View:
    return View(tx.partner_id is not None)
