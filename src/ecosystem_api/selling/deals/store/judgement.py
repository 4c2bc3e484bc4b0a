"""What a judgement asks about a customer: who holds a claim, who waits, who else is undecided."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, func, literal_column, or_

from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.locks import lock_name
from ecosystem_api.runtime.statement import Row, Statement, any_of, listed, together
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals.domain import CAPACITY_STATUSES, OPEN_STATUSES, RESOURCE, UNDECIDED_STATUSES, Waiting
from ecosystem_api.selling.deals.tables import DealNoteRow, DealProductRow, DealRow


@dataclass(frozen=True, slots=True)
class Weighed:
    """All that is asked before a decision, as of one instant.

    Shape: `claims` and `queue` are the customer's, whatever the product; the rest concerns the products asked for.
    `free_from` is the instant from which a claim can run: later than now where another ended its claim while this
    transaction waited for the customer's lock. `rivals` are other undecided registrations with a product in common;
    `activities` are kinds of notes on this one that its partner reads; `family_claims` are registrations of other
    partners that hold a product in common at another company of the customer's family. `fields` are the custom fields
    in use, of every resource.
    """

    products: tuple[tuple[UUID, int], ...]
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
    rivals = scoped(tx, DealRow, DealRow.id).where(
        DealRow.claim_account_id == any_of("account_ids"),
        DealRow.status == any_of("undecided", Text()),
        is_other,
        common.exists(),
    )
    doubtful = scoped(tx, DealRow, DealRow.account_id).where(
        DealRow.account_id == any_of("uncertain_ids"),
        DealRow.status == any_of("open", Text()),
        DealRow.partner_id != partner_id,
        common.exists(),
    )
    open_now = scoped(tx, DealRow, func.count()).where(
        DealRow.partner_id == partner_id, DealRow.status == any_of("counted", Text()), is_other
    )
    shared = scoped(tx, DealNoteRow, DealNoteRow.kind).where(
        DealNoteRow.deal_id == deal_id, DealNoteRow.audience == literal_column("'partner'")
    )
    products = own.add_columns(DealProductRow.quantity)
    return together(
        products=listed(products),
        claims=listed(claims.running(tx)),
        queue=listed(_queue(tx)),
        open_now=open_now.scalar_subquery(),
        doubtful=listed(doubtful.distinct()),
        ended=claims.last_ended(tx, is_wanted).scalar_subquery(),
        rivals=listed(rivals),
        activities=listed(shared.distinct()),
        family=listed(claims.running_nearby(tx, is_wanted).distinct()),
        fields=custom.in_use(tx),
    )


_WEIGH, _QUEUE = Statement(_weighing), Statement(_queue)
_AT_ACCOUNT = Statement(
    lambda tx: (
        scoped(tx, DealRow, DealRow.id, DealRow.account_id)
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
    account_ids: Collection[UUID],
    uncertain_ids: Collection[UUID],
    relative_ids: Collection[UUID],
) -> Weighed:
    """Read everything in one round trip, for the products named, or those of the registration where none are."""
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
        counted=list(CAPACITY_STATUSES),
    )
    assert row is not None, "an answer without a table is one row"
    own = tuple((UUID(one["product_id"]), one["quantity"]) for one in row["products"])
    return Weighed(
        products=tuple(sorted(own)) if product_ids is None else tuple((product_id, 1) for product_id in product_ids),
        claims=tuple(claims.Claim(**{name: UUID(value) for name, value in one.items()}) for one in row["claims"]),
        queue=tuple(_waiting(one) for one in row["queue"]),
        open_now=row["open_now"],
        doubtful=frozenset(UUID(one["account_id"]) for one in row["doubtful"]),
        free_from=max(row["ended"] or tx.now, tx.now),
        rivals=tuple(sorted(UUID(one["id"]) for one in row["rivals"])),
        activities=tuple(sorted(one["kind"] for one in row["activities"])),
        family_claims=frozenset(UUID(one["deal_id"]) for one in row["family"]),
        fields=tuple(row["fields"]),
    )


async def waiting_for(tx: Tx, claim_account_ids: Collection[UUID]) -> dict[UUID, list[Waiting]]:
    """The queues of these customers, in no order yet."""
    queues: dict[UUID, list[Waiting]] = defaultdict(list)
    for row in await _QUEUE.rows(tx, account_ids=list(claim_account_ids)) if claim_account_ids else ():
        queues[row["claim_account_id"]].append(_waiting(row))
    return queues


async def waiting_at(tx: Tx, account_id: UUID) -> list[tuple[UUID, UUID]]:
    """Those that wait and name this customer, or wait behind a claim on it: registration and customer, in order."""
    return [(row["id"], row["account_id"]) for row in await _AT_ACCOUNT.rows(tx, account_id=account_id)]


async def lock_partner(tx: Tx, partner_id: UUID) -> None:
    """Let a partner's submissions wait for each other, until the transaction ends: what is open is counted once each.

    Edges: taken after the customer's lock and by submissions only, so that two requests cannot close a circle. An
    import, which submits many, can; the database breaks it and its victim is repeated.
    """
    await lock_name(tx, f"submissions of {partner_id}")


def _waiting(row: Row) -> Waiting:
    at = row["submitted_at"]
    products = row["products"] or ()
    return Waiting(
        deal_id=_id(row["id"]),
        partner_id=_id(row["partner_id"]),
        submitted_at=datetime.fromisoformat(at) if isinstance(at, str) else at,
        product_ids=frozenset(_id(one) for one in products),
    )


def _id(value: str | UUID) -> UUID:
    return UUID(value) if isinstance(value, str) else value
