"""What a judgement asks about a customer: who holds a claim, who waits, who else is undecided."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, case, func, literal_column, or_

from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.locks import lock_name
from ecosystem_api.runtime.statement import Row, Statement, any_of, listed, together
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals.domain import CAPACITY_STATUSES, OPEN_STATUSES, RESOURCE, UNDECIDED_STATUSES, Waiting
from ecosystem_api.selling.deals.tables import DealNoteRow, DealProductRow, DealRow
from ecosystem_api.selling.engagement import service as engagement


@dataclass(frozen=True, slots=True)
class Weighed:
    """All that is asked before a decision, as of one instant.

    Shape: `claims` and `queue` are the customer's, whatever the product and the region; the rest concerns `coverage`,
    which is what is asked for: the products, and where they are claimed.
    `free_from` is the instant from which a claim can run: later than now where another ended its claim while this
    transaction waited for the customer's lock. `rivals` are other undecided registrations of what overlaps;
    `activities` are kinds of notes on this one that its partner reads; `family_claims` are registrations of other
    partners that hold what overlaps at another company of the customer's family. `fields` are the custom fields
    in use, of every resource.
    """

    products: tuple[tuple[UUID, int], ...]
    coverage: claims.Coverage
    claims: tuple[claims.Claim, ...]
    queue: tuple[Waiting, ...]
    open_now: int
    doubtful: frozenset[UUID]
    free_from: datetime
    rivals: tuple[UUID, ...]
    activities: tuple[str, ...]
    family_claims: frozenset[UUID]
    fields: tuple[Row, ...]

    def lacking(self, values: Collection[str]) -> list[str]:
        """The keys of the custom fields that are required of a registration and have no value among these."""
        own = [one for one in self.fields if one["resource"] == RESOURCE]
        return [one["key"] for one in own if one["required"] and one["key"] not in values]


def _queue(tx: Any) -> Select[Any]:
    claimed = scoped(tx, DealProductRow, func.array_agg(DealProductRow.product_id))
    claimed = claimed.where(DealProductRow.deal_id == DealRow.id)
    statement = scoped(
        tx,
        DealRow,
        DealRow.id,
        DealRow.partner_id,
        DealRow.submitted_at,
        DealRow.claim_account_id,
        DealRow.region,
        claimed.scalar_subquery().label("products"),
    )
    waiting = DealRow.status == literal_column("'waiting'")
    return statement.where(DealRow.claim_account_id == any_of("account_ids"), waiting)


def _weighing(tx: Any) -> Select[Any]:
    deal_id = bindparam("deal_id", type_=Uuid())
    own_id = bindparam("own_id", type_=Uuid())
    own = scoped(tx, DealProductRow, DealProductRow.product_id).where(DealProductRow.deal_id == own_id)

    def is_wanted(column: Any) -> Any:
        return or_(column == any_of("product_ids"), column.in_(own))

    common = scoped(tx, DealProductRow, DealProductRow.deal_id)
    common = common.where(DealProductRow.deal_id == DealRow.id, is_wanted(DealProductRow.product_id))
    is_other = DealRow.id.is_distinct_from(deal_id)
    partner_id = bindparam("partner_id", type_=Uuid())
    rivals = scoped(tx, DealRow, DealRow.id, DealRow.region).where(
        DealRow.claim_account_id == any_of("account_ids"),
        DealRow.status == any_of("undecided", Text()),
        is_other,
        common.exists(),
    )
    is_held = DealRow.status == literal_column("'approved'")
    held = (is_held.label("is_held"), case((is_held, claims.region_held(tx, DealRow.id))).label("held_region"))
    doubtful = scoped(tx, DealRow, DealRow.account_id, DealRow.region, *held).where(
        DealRow.account_id == any_of("uncertain_ids"),
        DealRow.status == any_of("open", Text()),
        DealRow.partner_id != partner_id,
        common.exists(),
    )
    # In the text, as the index says it: a plan for all values could not use that.
    counted = DealRow.status.in_([literal_column(f"'{status}'") for status in CAPACITY_STATUSES])
    open_now = scoped(tx, DealRow, func.count()).where(DealRow.partner_id == partner_id, counted, is_other)
    shared = scoped(tx, DealNoteRow, DealNoteRow.kind).where(
        DealNoteRow.deal_id == deal_id, DealNoteRow.audience == literal_column("'partner'")
    )
    products = own.add_columns(DealProductRow.quantity)
    return together(
        products=listed(products),
        by_region=engagement.by_region(tx),
        claims=listed(claims.unended(tx)),
        queue=listed(_queue(tx)),
        open_now=open_now.scalar_subquery(),
        doubtful=listed(doubtful.distinct()),
        ended=listed(claims.last_ended(tx, is_wanted)),
        rivals=listed(rivals),
        activities=listed(shared.distinct()),
        family=listed(claims.running_nearby(tx, is_wanted).distinct()),
        fields=custom.in_use(tx),
    )


_WEIGH = Statement(_weighing)
_QUEUE = Statement(lambda tx: _queue(tx).add_columns(engagement.by_region(tx).label("by_region")))
_BY_REGION = Statement(lambda tx: together(by_region=engagement.by_region(tx)))
_AT_ACCOUNT = Statement(
    lambda tx: (
        scoped(tx, DealRow, DealRow.id, DealRow.account_id, DealRow.region)
        .where(
            or_(
                DealRow.account_id == bindparam("account_id", type_=Uuid()),
                DealRow.claim_account_id == bindparam("account_id", type_=Uuid()),
            ),
            DealRow.status == literal_column("'waiting'"),
        )
        .order_by(DealRow.submitted_at, DealRow.id)
    )
)


async def weigh(
    tx: Tx,
    *,
    deal_id: UUID | None,
    partner_id: UUID,
    product_ids: Collection[UUID] | None,
    region: str | None,
    extent: claims.Extent | None,
    account_ids: Collection[UUID],
    uncertain_ids: Collection[UUID],
    relative_ids: Collection[UUID],
) -> Weighed:
    """Read everything in one round trip, for the products named, or those of the registration where none are.

    Edges: what holds a claim goes on claiming where that counts, whatever later books say; a registration that holds
    none claims where the book in force says, by its region. `extent` goes before both.
    """
    row = await _WEIGH.row(
        tx,
        deal_id=deal_id,
        own_id=deal_id if product_ids is None else None,
        partner_id=partner_id,
        product_ids=list(product_ids or ()),
        account_ids=list(account_ids),
        uncertain_ids=list(uncertain_ids),
        relative_ids=list(relative_ids),
        now=tx.now,
        undecided=list(UNDECIDED_STATUSES),
        open=list(OPEN_STATUSES),
    )
    assert row is not None, "an answer without a table is one row"
    own = tuple((UUID(one["product_id"]), one["quantity"]) for one in row["products"])
    products = tuple(sorted(own)) if product_ids is None else tuple((product_id, 1) for product_id in product_ids)
    # What is judged is judged when all that was due before has been done: until then nothing ends by time. A question
    # waits for nobody.
    held = [one for one in row["claims"] if deal_id is not None or datetime.fromisoformat(one["ends_at"]) > tx.now]
    by_region, running = bool(row["by_region"]), tuple(map(claims.claim_of, held))
    own_extent = next((one.extent for one in running if one.deal_id == deal_id), None)
    extent = extent or own_extent or claims.extent_of(region, by_region=by_region)
    return Weighed(
        products=products,
        coverage=claims.Coverage(frozenset(product_id for product_id, _ in products), extent),
        claims=running,
        queue=tuple(_waiting(one, by_region=by_region) for one in row["queue"]),
        open_now=row["open_now"],
        doubtful=frozenset(
            UUID(one["account_id"]) for one in row["doubtful"] if _open_extent(one, by_region=by_region).meets(extent)
        ),
        free_from=max([tx.now, *(datetime.fromisoformat(one["at"]) for one in _meeting(row["ended"], extent))]),
        rivals=tuple(
            sorted(
                UUID(one["id"])
                for one in row["rivals"]
                if claims.extent_of(one["region"], by_region=by_region).meets(extent)
            )
        ),
        activities=tuple(sorted(one["kind"] for one in row["activities"])),
        family_claims=frozenset(UUID(one["deal_id"]) for one in _meeting(row["family"], extent)),
        fields=tuple(row["fields"]),
    )


async def waiting_for(tx: Tx, claim_account_ids: Collection[UUID]) -> dict[UUID, list[Waiting]]:
    """The queues of these customers, in no order yet."""
    queues: dict[UUID, list[Waiting]] = defaultdict(list)
    wanted = {"account_ids": list(claim_account_ids), "now": tx.now}
    for row in await _QUEUE.rows(tx, **wanted) if claim_account_ids else ():
        queues[row["claim_account_id"]].append(_waiting(row, by_region=bool(row["by_region"])))
    return queues


async def waiting_at(tx: Tx, account_id: UUID) -> list[tuple[UUID, UUID, str | None]]:
    """Those that wait and name this customer, or wait behind a claim on it, in order: each with customer and region."""
    found = await _AT_ACCOUNT.rows(tx, account_id=account_id)
    return [(row["id"], row["account_id"], row["region"]) for row in found]


async def claims_by_region(tx: Tx) -> bool:
    """Whether the book in force lets claims overlap by region."""
    return bool(await _BY_REGION.value(tx, now=tx.now))


async def lock_partner(tx: Tx, partner_id: UUID) -> None:
    """Let a partner's submissions wait for each other, until the transaction ends: what is open is counted once each.

    Edges: taken after the customer's lock and by submissions only, so that two requests cannot close a circle. An
    import, which submits many, can; the database breaks it and its victim is repeated.
    """
    await lock_name(tx, f"submissions of {partner_id}")


def _meeting(rows: Sequence[Mapping[str, Any]], extent: claims.Extent) -> list[Mapping[str, Any]]:
    """Those of these claims that count where something else does."""
    return [one for one in rows if claims.Extent(one["region"]).meets(extent)]


def _open_extent(one: Mapping[str, Any], *, by_region: bool) -> claims.Extent:
    """Where an open registration claims: where its claim counts, if it holds one."""
    return claims.Extent(one["held_region"]) if one["is_held"] else claims.extent_of(one["region"], by_region=by_region)


def _waiting(row: Mapping[str, Any], *, by_region: bool) -> Waiting:
    at = row["submitted_at"]
    products = row["products"] or ()
    return Waiting(
        deal_id=_id(row["id"]),
        partner_id=_id(row["partner_id"]),
        submitted_at=datetime.fromisoformat(at) if isinstance(at, str) else at,
        coverage=claims.Coverage(
            frozenset(_id(one) for one in products), claims.extent_of(row["region"], by_region=by_region)
        ),
    )


def _id(value: str | UUID) -> UUID:
    return UUID(value) if isinstance(value, str) else value
