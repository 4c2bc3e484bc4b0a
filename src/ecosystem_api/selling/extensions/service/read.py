"""Read extension requests, and tell the ledger of them."""

from collections.abc import Collection, Sequence
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
from ecosystem_api.selling.reviews import service as reviews
from ecosystem_api.selling.reviews.schemas import ReviewStaffRead

WRITE, DECIDE = "extension-requests:write", "extension-requests:decide"
SUBJECT = "extension_request"


async def get_request(tx: Tx, who: Caller, request_id: UUID) -> ExtensionRequestRead:
    """One request. Errors: `NotFound`."""
    row = await store.find_request(tx, request_id)
    if row is None:
        raise NotFound()
    return await read_request(tx, who, row)


async def list_requests(
    tx: Tx, who: Caller, paging: Paging, *, deal_id: UUID | None, partner_id: UUID | None, status: str | None
) -> Page[ExtensionRequestRead]:
    """Requests the caller may see, newest first. Errors: `NotFound` for a registration that is named."""
    if deal_id is not None:
        await deals.require_deal(tx, deal_id)
    statement = store.requests(tx, deal_id=deal_id, partner_id=partner_id, status=status)
    page = await page_of(tx, statement, paging, [(ExtensionRow.id, True)], lambda row: row)
    return Page(data=await read_requests(tx, who, page.data), next_cursor=page.next_cursor)


async def request_answers(tx: Tx, who: Caller, request_ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of those of these requests that the caller may see, by id: for other rooms' answers."""
    reads = await read_requests(tx, who, await store.requests_of(tx, request_ids))
    return {read.id: read.model_dump_json() for read in reads}


async def read_request(tx: Tx, who: Caller, row: ExtensionRow) -> ExtensionRequestRead:
    """A row as its reader may see it."""
    return (await read_requests(tx, who, [row]))[0]


async def read_requests(tx: Tx, who: Caller, rows: Sequence[ExtensionRow]) -> list[ExtensionRequestRead]:
    """Rows as answers, each with where its review stands."""
    undecided = [encode("ext", row.id) for row in rows if row.status == "in_review"]
    running = await reviews.running_reviews(tx, SUBJECT, undecided)
    return [_read(who, row, running.get(encode("ext", row.id))) for row in rows]


def _read(who: Caller, row: ExtensionRow, review: reviews.Running | None) -> ExtensionRequestRead:
    return ExtensionRequestRead.model_validate(
        {
            **{name: getattr(row, name) for name in ExtensionRequestRead.model_fields if hasattr(row, name)},
            "deal_registration_id": row.deal_id,
            "asked_by": "partner" if row.asked_by_partner else "staff",
            "review": review.brief if review else None,
            "allowed_actions": actions_of(who, row),
            "staff": None if who.is_partner else ReviewStaffRead(review=review.desk if review else None),
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
