"""Read extension requests, and tell the ledger of them."""

from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.ledger import tell_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.extensions import store
from ecosystem_api.selling.extensions.domain import allowed_actions
from ecosystem_api.selling.extensions.events import ExtensionNews
from ecosystem_api.selling.extensions.schemas import ExtensionRequestRead
from ecosystem_api.selling.extensions.tables import ExtensionRow

WRITE, DECIDE = "extension-requests:write", "extension-requests:decide"


async def get_request(tx: Tx, who: Caller, request_id: UUID) -> ExtensionRequestRead:
    """One request. Errors: `NotFound`."""
    row = await store.find_request(tx, request_id)
    if row is None:
        raise NotFound()
    return read_request(who, row)


async def list_requests(
    tx: Tx, who: Caller, paging: Paging, *, deal_id: UUID | None, partner_id: UUID | None, status: str | None
) -> Page[ExtensionRequestRead]:
    """Requests the caller may see, newest first. Errors: `NotFound` for a registration that is named."""
    if deal_id is not None:
        await deals.require_deal(tx, deal_id)
    statement = store.requests(tx, deal_id=deal_id, partner_id=partner_id, status=status)
    return await page_of(tx, statement, paging, [(ExtensionRow.id, True)], lambda row: read_request(who, row))


def read_request(who: Caller, row: ExtensionRow) -> ExtensionRequestRead:
    """A row as its reader may see it."""
    return ExtensionRequestRead.model_validate(
        {
            **{name: getattr(row, name) for name in ExtensionRequestRead.model_fields if hasattr(row, name)},
            "deal_registration_id": row.deal_id,
            "asked_by": "partner" if row.asked_by_partner else "staff",
            "allowed_actions": actions_of(who, row),
        }
    )


def actions_of(who: Caller, row: ExtensionRow) -> list[str]:
    """What a caller may do with a request now."""
    return allowed_actions(row.status, may_write=WRITE in who.scopes, may_decide=DECIDE in who.scopes)


def tell(
    writes: Writes, tx: Tx, who: Caller, row: ExtensionRow, news: type[ExtensionNews], *, protected_until: datetime
) -> None:
    """News with the request as it stands now."""
    event = news(
        extension_request_id=row.id,
        deal_registration_id=row.deal_id,
        status=row.status,  # type: ignore[arg-type]  # pydantic checks the word
        days=row.days,
        reasons=list(row.reasons),
        protected_until=protected_until,
    )
    tell_with(writes, tx, who, event, subject_id=encode("ext", row.id), partner_id=row.partner_id)
