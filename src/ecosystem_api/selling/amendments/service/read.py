"""Read amendments, and tell the ledger of them."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.ledger import tell_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments import store
from ecosystem_api.selling.amendments.domain import allowed_actions
from ecosystem_api.selling.amendments.events import AmendmentNews
from ecosystem_api.selling.amendments.schemas import AmendmentRead
from ecosystem_api.selling.amendments.tables import AmendmentRow
from ecosystem_api.selling.deals import service as deals

WRITE, DECIDE = "amendments:write", "amendments:decide"


async def get_amendment(tx: Tx, who: Caller, amendment_id: UUID) -> AmendmentRead:
    """One amendment. Errors: `NotFound`."""
    row = await store.find_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    return read_amendment(who, row)


async def list_amendments(
    tx: Tx, who: Caller, paging: Paging, *, deal_id: UUID | None, partner_id: UUID | None, status: str | None
) -> Page[AmendmentRead]:
    """Amendments the caller may see, newest first. Errors: `NotFound` for a registration that is named."""
    if deal_id is not None:
        await deals.require_deal(tx, deal_id)
    statement = store.amendments(tx, deal_id=deal_id, partner_id=partner_id, status=status)
    return await page_of(tx, statement, paging, [(AmendmentRow.id, True)], lambda row: read_amendment(who, row))


def read_amendment(who: Caller, row: AmendmentRow) -> AmendmentRead:
    """A row as its reader may see it."""
    return AmendmentRead.model_validate(
        {
            **{name: getattr(row, name) for name in AmendmentRead.model_fields if hasattr(row, name)},
            "deal_registration_id": row.deal_id,
            "asked_by": "partner" if row.asked_by_partner else "staff",
            "allowed_actions": actions_of(who, row),
        }
    )


def actions_of(who: Caller, row: AmendmentRow) -> list[str]:
    """What a caller may do with an amendment now."""
    return allowed_actions(row.status, may_write=WRITE in who.scopes, may_decide=DECIDE in who.scopes)


def tell(writes: Writes, tx: Tx, who: Caller, row: AmendmentRow, news: type[AmendmentNews]) -> None:
    """News with the amendment as it stands now."""
    event = news(
        amendment_id=row.id,
        deal_registration_id=row.deal_id,
        status=row.status,  # type: ignore[arg-type]  # pydantic checks the word
        changed=[change["path"] for change in row.changes],
        is_material=row.is_material,
        reasons=list(row.reasons),
    )
    tell_with(writes, tx, who, event, subject_id=encode("amd", row.id), partner_id=row.partner_id)
