"""Read amendments, and tell the ledger of them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.network.fields import service as custom
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
from ecosystem_api.selling.reviews import service as reviews
from ecosystem_api.selling.reviews.schemas import ReviewStaffRead

WRITE, DECIDE = "amendments:write", "amendments:decide"
SUBJECT = "amendment"
_CUSTOM = f"{custom.PLACE}/"


async def get_amendment(tx: Tx, who: Caller, amendment_id: UUID) -> AmendmentRead:
    """One amendment. Errors: `NotFound`."""
    row = await store.find_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    return await read_amendment(tx, who, row)


async def list_amendments(
    tx: Tx, who: Caller, paging: Paging, *, deal_id: UUID | None, partner_id: UUID | None, status: str | None
) -> Page[AmendmentRead]:
    """Amendments the caller may see, newest first. Errors: `NotFound` for a registration that is named."""
    if deal_id is not None:
        await deals.require_deal(tx, deal_id)
    statement = store.amendments(tx, deal_id=deal_id, partner_id=partner_id, status=status)
    page = await page_of(tx, statement, paging, [(AmendmentRow.id, True)], lambda row: row)
    return Page(data=await read_amendments(tx, who, page.data), next_cursor=page.next_cursor)


async def amendment_answers(tx: Tx, who: Caller, amendment_ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of those of these amendments that the caller may see, by id: for other rooms' answers."""
    reads = await read_amendments(tx, who, await store.amendments_of(tx, amendment_ids))
    return {read.id: read.model_dump_json() for read in reads}


async def read_amendment(tx: Tx, who: Caller, row: AmendmentRow) -> AmendmentRead:
    """A row as its reader may see it."""
    return (await read_amendments(tx, who, [row]))[0]


async def read_amendments(tx: Tx, who: Caller, rows: Sequence[AmendmentRow]) -> list[AmendmentRead]:
    """Rows as answers, each with where its review stands. A partner reads no change of a field that is hidden now."""
    hidden: frozenset[str] = frozenset()
    named = {one["path"] for row in rows for one in row.changes if one["path"].startswith(_CUSTOM)}
    if who.is_partner and named:
        hidden = frozenset(named - {_CUSTOM + key for key in await custom.keys_shown(tx, who, "deal_registration")})
    undecided = [encode("amd", row.id) for row in rows if row.status == "in_review"]
    running = await reviews.running_reviews(tx, SUBJECT, undecided)
    return [_read(who, row, running.get(encode("amd", row.id)), hidden) for row in rows]


def _read(who: Caller, row: AmendmentRow, review: reviews.Running | None, hidden: Collection[str]) -> AmendmentRead:
    return AmendmentRead.model_validate(
        {
            **{name: getattr(row, name) for name in AmendmentRead.model_fields if hasattr(row, name)},
            "deal_registration_id": row.deal_id,
            "changes": [one for one in row.changes if one["path"] not in hidden],
            "asked_by": "partner" if row.asked_by_partner else "staff",
            "review": review.brief if review else None,
            "allowed_actions": actions_of(who, row),
            "staff": None if who.is_partner else ReviewStaffRead(review=review.desk if review else None),
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
