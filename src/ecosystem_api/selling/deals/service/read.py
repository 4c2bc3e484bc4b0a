"""Read registrations as their reader may see them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Paging
from ecosystem_api.runtime.reading import (
    Expansion,
    Fields,
    Found,
    Written,
    chosen_fields,
    expand_all,
    page,
    part,
    put,
    view_of,
    whole,
)  # fmt: skip
from ecosystem_api.runtime.search import wanted_words
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.answers import DEALS, DECIDE, WRITE
from ecosystem_api.selling.deals.domain import (
    AMENDABLE_STATUSES,
    OPEN_STAGES,
    Waiting,
    allowed_actions,
    as_number,
    moved,
    queue_of,
    queue_place,
)
from ecosystem_api.selling.deals.schemas import DealRead, QueueRead, tag_suffix
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import DecisionRead

EXPANSIONS = {
    "partner": Expansion("partner_id", "partners:read", partners.partner_answers),
    "account": Expansion("account_id", "accounts:read", accounts.account_answers),
}


async def get_deal(tx: Tx, who: Caller, deal_id: UUID) -> DealRead:
    """One registration. Errors: `NotFound`."""
    return (await show_deal(tx, who, deal_id)).read(DealRead)


async def show_deal(
    tx: Tx, who: Caller, deal_id: UUID, *, fields: str | None = None, expand: str | None = None
) -> Written[DealRead]:
    """One registration, written for its reader. Errors: `NotFound`."""
    chosen = chosen_fields(DealRead, fields)
    found = await DEALS.one(tx, view_of(who, WRITE, DECIDE), deal_id, chosen)
    if found is None:
        raise NotFound()
    queues = await _queues(tx, [found])
    (text,) = await _texts(tx, who, [found], queues, chosen, expand)
    if fields is not None or expand is not None:
        return part(text, found.version)
    row = found.row
    suffix = tag_suffix(queues.get(found.id), row["last_activity_at"], row["updated_at"], row["review_version"])
    return whole(text, found.version, suffix)


async def list_deals(
    tx: Tx, who: Caller, paging: Paging, filters: Mapping[str, Any], sort: str,
    *, fields: str | None = None, expand: str | None = None,
) -> Written[DealRead]:  # fmt: skip
    """Registrations the caller may see, filtered.

    Edges: ordered by a field that may be empty, those without it are left out.
    """
    chosen, q = chosen_fields(DealRead, fields), filters.get("q")
    wanted = {**filters, "q": None, **wanted_words(as_number(q) if q is not None else None)}
    found, cursor = await DEALS.page(tx, view_of(who, WRITE, DECIDE), paging, wanted, sort, chosen)
    return page(await _texts(tx, who, found, await _queues(tx, found), chosen, expand), cursor)


async def deal_answers(tx: Tx, who: Caller, deal_ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of those of these registrations that the caller may see, by id: for other rooms' answers."""
    by_id = await DEALS.some(tx, view_of(who, WRITE, DECIDE), deal_ids)
    found = list(by_id.values())
    texts = await _texts(tx, who, found, await _queues(tx, found), None, None)
    return {one.id: text for one, text in zip(found, texts, strict=True)}


async def deal_decision(tx: Tx, deal_id: UUID) -> DecisionRead:
    """The decision that stands about a registration. Errors: `NotFound`."""
    row = await store.find_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    if row.decision_id is None:
        raise NotFound("Nothing was decided yet.")
    return await engagement.get_decision(tx, row.decision_id)


async def require_deal(tx: Tx, deal_id: UUID) -> None:
    """A registration that the caller may see. Errors: `NotFound`."""
    if await store.find_account_of(tx, deal_id) is None:
        raise NotFound()


async def is_amendable(tx: Tx, deal_id: UUID) -> bool:
    """Whether a registration may be amended now."""
    row = await store.find_deal(tx, deal_id)
    return row is not None and row.status in AMENDABLE_STATUSES and row.stage in OPEN_STAGES


async def queues_of(tx: Tx, claim_account_ids: set[UUID | None]) -> dict[UUID, list[Waiting]]:
    """The queues of some customers, over all partners."""
    wanted = [account_id for account_id in claim_account_ids if account_id is not None]
    if not wanted:
        return {}
    async with tx.vendor_wide():
        return await store.waiting_for(tx, wanted)


async def queue_of_deal(tx: Tx, row: DealRow) -> QueueRead | None:
    """The place of a registration among those that want what overlaps; None unless it waits."""
    if row.status != "waiting" or row.claim_account_id is None:
        return None
    queues = await queues_of(tx, {row.claim_account_id})
    return _place_of(row.id, queues.get(row.claim_account_id, []))


def _place_of(deal_id: UUID, waiting: Sequence[Waiting]) -> QueueRead | None:
    own = next((one for one in waiting if one.deal_id == deal_id), None)
    if own is None:
        return None
    queue = queue_of(own.coverage, waiting)
    place = queue_place(deal_id, queue)
    return QueueRead(place=place, length=len(queue), region=own.coverage.extent.region) if place else None


def moved_by(who: Caller, row: DealRow, action: str) -> str:
    """The status after a caller's action. Errors: `IllegalMove`, listing what the caller may do instead."""
    may_write, may_decide = WRITE in who.scopes, DECIDE in who.scopes
    return moved(row.status, row.stage, action, may_write=may_write, may_decide=may_decide)


def actions_of(who: Caller, row: DealRow) -> list[str]:
    """What a caller may do with a registration now."""
    return allowed_actions(row.status, row.stage, may_write=WRITE in who.scopes, may_decide=DECIDE in who.scopes)


def number_of(number: int) -> str:
    """The registration's number as people say it."""
    return f"DR-{number:06d}"


def amount_of(row: DealRow) -> Money | None:
    """The expected value."""
    return None if row.amount_minor is None or row.currency is None else Money(row.amount_minor, row.currency)


async def protection_of(tx: Tx, row: DealRow) -> ProtectionRead | None:
    """The latest protection of a registration."""
    return await claims.protection_of(tx, row.id, row.last_activity_at)


async def _queues(tx: Tx, found: Sequence[Found]) -> dict[UUID, QueueRead]:
    """The places of those that wait, among those that want what overlaps."""
    waiting = {one.id: one.row["claim_account_id"] for one in found if one.row["status"] == "waiting"}
    queues = await queues_of(tx, set(waiting.values()))
    places = {deal_id: _place_of(deal_id, queues.get(account_id, [])) for deal_id, account_id in waiting.items()}
    return {deal_id: place for deal_id, place in places.items() if place is not None}


async def _texts(
    tx: Tx, who: Caller, found: Sequence[Found], queues: Mapping[UUID, QueueRead], fields: Fields, expand: str | None
) -> list[str]:
    """The JSON of each, with its place in the queue and what was asked to be expanded."""
    added = await expand_all(tx, who, EXPANSIONS, expand, found)
    if fields is None or "queue" in fields:
        for one, more in zip(found, added, strict=True):
            more["queue"] = queues[one.id].model_dump_json() if one.id in queues else "null"
    return [put(one.text, more) for one, more in zip(found, added, strict=True)]
