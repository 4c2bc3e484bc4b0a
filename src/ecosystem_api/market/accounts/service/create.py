"""Create an account, as somebody described it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.events import AccountCreated
from ecosystem_api.market.accounts.schemas import AccountCreate
from ecosystem_api.market.accounts.service.keep import add_parts
from ecosystem_api.market.accounts.service.relate import set_parent
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.tables import AccountPartnerRow, AccountRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import tell_with
from ecosystem_api.runtime.statement import Writes


async def create_account(
    tx: Tx,
    who: Caller,
    body: AccountCreate,
    values: Mapping[str, Any],
    *,
    partner_id: UUID | None,
    possible_matches: int,
) -> UUID:
    """Add an account; whether it is known already, `market/recognition` has judged.

    Shape: `values` are the custom fields, judged; `partner_id` is the partner that brings it and may see it.
    Errors: `IdentifierTaken`, `ExternalIdTaken`; for its parent `InvalidRequest`, `RecordMerged`, `FamilyTooLong`.
    """
    staff = body.staff
    normal = normal_name(body.name)
    own: dict[str, Any] = {
        "id": new_uuid(),
        "name": body.name,
        "normal_name": normal,
        "name_key": compact_name(normal),
        "country": body.country,
        "region": body.region,
        "industry": body.industry,
        "created_by_partner_id": partner_id,
        "is_customer": staff.is_customer if staff else False,
        "vendor_engaged_on": staff.vendor_engaged_on if staff else None,
        "custom_fields": values,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    row = AccountRow(vendor_id=tx.vendor_id, **own)
    writes = Writes()
    writes.insert(AccountRow, **own)
    if partner_id is not None:
        writes.insert(AccountPartnerRow, account_id=row.id, partner_id=partner_id, since=tx.now)
    event = AccountCreated(account_id=row.id, country=row.country, possible_matches=possible_matches)
    tell_with(writes, tx, who, event, subject_id=encode("acc", row.id))
    await writes.send(tx)
    # Companies of one group share a domain: it goes on naming the one that had it first, and both are told apart.
    taken = await store.taken_domains(tx, body.domains)
    await add_parts(
        tx,
        who,
        row.id,
        domains=[domain for domain in body.domains if domain not in taken],
        legal_ids=body.legal_ids,
        aliases=staff.aliases if staff else (),
        external_ids=staff.external_ids if staff else (),
    )
    await keep_findable(tx, row)
    if staff is not None and staff.parent_id is not None:
        await set_parent(tx, who, row.id, staff.parent_id, place="/staff/parent_id")
    return row.id
