"""Read accounts: the same record for everyone, and the vendor's side of it for staff."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.domains import registrable_domain
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.selling.accounts import store
from ecosystem_api.selling.accounts.schemas import AccountExternalId, AccountRead, AccountStaffRead, LegalId
from ecosystem_api.selling.accounts.tables import AccountRow


async def get_account(tx: Tx, account_id: UUID) -> AccountRead:
    """One account the caller may see. Errors: `NotFound`."""
    row = await store.find_account(tx, account_id)
    if row is None:
        raise NotFound()
    return (await read_accounts(tx, [row]))[0]


async def list_accounts(
    tx: Tx,
    paging: Paging,
    *,
    name: str | None,
    country: str | None,
    domain: str | None,
    is_customer: bool | None,
    external: tuple[str, str] | None,
) -> Page[AccountRead]:
    """Accounts the caller may see, by name.

    Edges: `name` is compared by its normal key, and for staff also with aliases; `domain` by its registrable part.
    """
    statement = store.accounts(
        tx,
        country=country,
        domain=(registrable_domain(domain) or domain) if domain else None,
        name_key=compact_name(normal_name(name)) if name else None,
        is_customer=is_customer if tx.partner_id is None else None,
        external=external if tx.partner_id is None else None,
    )
    page = await page_of(tx, statement, paging, [(AccountRow.name, False), (AccountRow.id, False)], lambda row: row)
    return Page(data=await read_accounts(tx, page.data), next_cursor=page.next_cursor)


async def read_accounts(tx: Tx, rows: Sequence[AccountRow]) -> list[AccountRead]:
    """Rows as answers, with one query per kind of child however many rows there are."""
    ids = [row.id for row in rows]
    identifiers: dict[UUID, list[Any]] = defaultdict(list)
    for found in await store.identifiers_of(tx, ids):
        identifiers[found.account_id].append(found)
    if tx.partner_id is None:
        staff = await _staff_blocks(tx, rows)
        return [_read(row, identifiers[row.id], staff[row.id]) for row in rows]
    since = {link.account_id: link.since for link in await store.partners_of(tx, ids)}
    return [
        _read(row, identifiers[row.id], None)
        if row.created_by_partner_id == tx.partner_id
        else _read_by_stranger(row, since.get(row.id, row.created_at))
        for row in rows
    ]


async def _staff_blocks(tx: Tx, rows: Sequence[AccountRow]) -> dict[UUID, AccountStaffRead]:
    ids = [row.id for row in rows]
    aliases: dict[UUID, list[str]] = defaultdict(list)
    for alias in await store.aliases_of(tx, ids):
        aliases[alias.account_id].append(alias.name)
    external: dict[UUID, list[AccountExternalId]] = defaultdict(list)
    for known in await store.external_ids_of(tx, ids):
        external[known.account_id].append(AccountExternalId(system=known.system, id=known.external_id))
    partners: dict[UUID, list[UUID]] = defaultdict(list)
    for link in await store.partners_of(tx, ids):
        partners[link.account_id].append(link.partner_id)
    return {
        row.id: AccountStaffRead(
            parent_id=row.parent_id,
            is_customer=row.is_customer,
            vendor_engaged_on=row.vendor_engaged_on,
            aliases=aliases[row.id],
            external_ids=external[row.id],
            partner_ids=partners[row.id],
        )
        for row in rows
    }


def _read(row: AccountRow, identifiers: Sequence[Any], staff: AccountStaffRead | None) -> AccountRead:
    return AccountRead(
        id=row.id,
        name=row.name,
        country=row.country,
        region=row.region,
        industry=row.industry,
        domains=[found.value for found in identifiers if found.kind == "domain"],
        legal_ids=[LegalId(kind=found.kind, value=found.value) for found in identifiers if found.kind != "domain"],
        staff=staff,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _read_by_stranger(row: AccountRow, since: datetime) -> AccountRead:
    """An account as a partner reads it that did not bring it: who it is, and since when the partner knows it.

    What the record holds besides, somebody else wrote: a rival, or the vendor. Its age would tell that, too.
    """
    return AccountRead(
        id=row.id,
        name=row.name,
        country=row.country,
        region=None,
        industry=None,
        domains=[],
        legal_ids=[],
        staff=None,
        version=1,
        created_at=since,
        updated_at=since,
    )
