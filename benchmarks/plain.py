"""The usual way: FastAPI, the ORM, a query per kind of child, a response model. Same answers, no authentication."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from ecosystem_api.exchange.feed.schemas import ActorRead, EventRead, FeedRead
from ecosystem_api.kernel.ids import decode
from ecosystem_api.kernel.money import Money
from ecosystem_api.market.accounts.tables import AccountWordRow
from ecosystem_api.market.products.tables import ProductRow
from ecosystem_api.runtime.http import Page
from ecosystem_api.runtime.ledger.tables import EventRow
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.claims.tables import STANDS_LAST, ProtectionRow
from ecosystem_api.selling.deals.domain import PROTECTED_ONCE_STATUSES, allowed_actions, missing_fields
from ecosystem_api.selling.deals.schemas import DealProduct, DealRead, DealStaffRead
from ecosystem_api.selling.deals.tables import DealProductRow, DealRow, DealWordRow

# Fields of the answer that are no column of their name; `_answer` makes each.
MADE = frozenset(
    {"number", "products", "amount", "missing", "protection", "source", "queue", "review", "allowed_actions",
     "external_id", "closed_amount", "staff"}
)  # fmt: skip


def plain_app(url: str, vendor_id: UUID, deep: list[Any], pool_size: int) -> FastAPI:
    """The application of five reads."""
    engine = create_async_engine("postgresql+asyncpg://" + url.split("://", 1)[1], pool_size=pool_size, max_overflow=0)
    app = FastAPI()

    async def session() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as found, found.begin():
            await found.execute(text(f"set local app.vendor = '{vendor_id}'"))
            yield found

    Session = Annotated[AsyncSession, Depends(session)]  # noqa: N806 - a type

    @app.get("/events", response_model=FeedRead)
    async def read_feed(tx: Session) -> FeedRead:
        query = select(EventRow).where(EventRow.vendor_id == vendor_id, EventRow.position > 0)
        rows = list(await tx.scalars(query.order_by(EventRow.position).limit(51)))
        data = [_event(row) for row in rows[:50]]
        return FeedRead(data=data, next_after=data[-1].position, has_more=len(rows) > 50)

    @app.get("/search/{word}", response_model=Page[DealRead])
    async def search_deals(word: str, tx: Session) -> Page[DealRead]:
        own = select(DealWordRow.deal_id).where(DealWordRow.vendor_id == vendor_id, _begins(DealWordRow.word, word))
        named = select(AccountWordRow.account_id).where(
            AccountWordRow.vendor_id == vendor_id, AccountWordRow.is_name, _begins(AccountWordRow.word, word)
        )
        theirs = select(DealRow.id).where(DealRow.vendor_id == vendor_id, DealRow.account_id.in_(named))
        query = select(DealRow).where(DealRow.vendor_id == vendor_id, DealRow.id.in_(own.union_all(theirs)))
        rows = list(await tx.scalars(query.order_by(DealRow.created_at.desc(), DealRow.id.desc()).limit(51)))
        return Page(data=await _answers(tx, vendor_id, rows[:50]), next_cursor=None)

    @app.get("/deals/{place}", response_model=Page[DealRead])
    async def list_deals(place: str, tx: Session) -> Page[DealRead]:
        order = (DealRow.created_at.desc(), DealRow.id.desc())
        query = select(DealRow).where(DealRow.vendor_id == vendor_id, DealRow.status.in_(["approved"]))
        if place == "far":
            at, last = datetime.fromisoformat(deep[0]), UUID(deep[1])
            query = query.where(tuple_(DealRow.created_at, DealRow.id) < tuple_(at, last))
        rows = list(await tx.scalars(query.order_by(*order).limit(51)))
        return Page(data=await _answers(tx, vendor_id, rows[:50]), next_cursor=None)

    @app.get("/deal/{deal_id}", response_model=DealRead)
    async def get_deal(deal_id: str, tx: Session) -> DealRead:
        key = DealRow.id == decode("deal", deal_id)
        row = await tx.scalar(select(DealRow).where(DealRow.vendor_id == vendor_id, key))
        assert row is not None
        return (await _answers(tx, vendor_id, [row]))[0]

    return app


async def _answers(tx: AsyncSession, vendor_id: UUID, rows: Sequence[DealRow]) -> list[DealRead]:
    ids = [row.id for row in rows]
    lines: dict[UUID, list[DealProductRow]] = defaultdict(list)
    for line in await tx.scalars(_of(DealProductRow, vendor_id, DealProductRow.deal_id.in_(ids))):
        lines[line.deal_id].append(line)
    product_ids = {line.product_id for found in lines.values() for line in found}
    products = await tx.scalars(_of(ProductRow, vendor_id, ProductRow.id.in_(product_ids)))
    skus = {product.id: product.sku for product in products}
    protected = [row.id for row in rows if row.status in PROTECTED_ONCE_STATUSES]
    periods = await tx.scalars(
        _of(ProtectionRow, vendor_id, ProtectionRow.deal_id.in_(protected)).order_by(
            STANDS_LAST, ProtectionRow.id.desc()
        )
    )
    latest = {one.deal_id: one for one in periods}
    return [_answer(row, lines[row.id], skus, latest.get(row.id)) for row in rows]


def _begins(column: Any, word: str) -> Any:
    return (column >= word) & (column < word + "\U0010ffff")


def _event(row: EventRow) -> EventRead:
    assert row.position is not None
    return EventRead(
        id=row.id,
        position=row.position,
        type=row.type,
        occurred_at=row.occurred_at,
        subject_id=row.subject_id,
        partner_id=row.partner_id,
        actor=ActorRead(type=row.actor_type, id=row.actor_id),
        request_id=row.request_id,
        data={**row.data, **row.staff_data},
    )


def _of(model: Any, vendor_id: UUID, condition: Any) -> Any:
    return select(model).where(model.vendor_id == vendor_id, condition)


def _answer(
    row: DealRow, lines: Sequence[DealProductRow], skus: dict[UUID, str], latest: ProtectionRow | None
) -> DealRead:
    own = {name: getattr(row, name) for name in DealRead.model_fields if name not in MADE}
    products = [DealProduct(sku=skus[line.product_id], quantity=line.quantity) for line in lines]
    amount = Money(row.amount_minor, row.currency) if row.amount_minor is not None and row.currency else None
    return DealRead(
        **own,
        number=f"DR-{row.number:06d}",
        products=products,
        amount=amount,
        missing=missing_fields(
            amount_minor=row.amount_minor, products=products, expected_close_on=row.expected_close_on
        ),
        protection=_protection(latest, row.last_activity_at) if latest else None,
        source="partner" if row.lead_id is None else "lead",
        queue=None,
        review=None,
        allowed_actions=allowed_actions(row.status, row.stage, may_write=True, may_decide=True),
        external_id=None,
        closed_amount=None,
        staff=DealStaffRead(
            claim_account_id=row.claim_account_id, created_by_partner=row.created_by_partner, review=None, override=None
        ),
    )


def _protection(row: ProtectionRow, last_activity_at: datetime) -> ProtectionRead:
    runs = row.ended_how is None
    return ProtectionRead(
        starts_at=row.period.lower or row.created_at,
        ends_at=row.period.upper or row.created_at,
        granted_until=row.granted_until if runs else None,
        idle_at=last_activity_at + timedelta(days=row.idle_days) if runs and row.idle_days is not None else None,
        extensions=row.extensions,
        extended_days=row.extended_days,
        region=row.region,
        basis=row.basis,
        ended_how=row.ended_how,
    )
