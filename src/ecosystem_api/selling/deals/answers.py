"""How PostgreSQL writes a deal registration as its reader may see it."""

import json
from collections.abc import Mapping
from itertools import product
from typing import Any

from sqlalchemy import ARRAY, JSON, Integer, Text, and_, any_, case, cast, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.products import service as products
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.reading import (
    Listing,
    Order,
    View,
    child_object,
    gathered,
    money,
    typed_id,
)
from ecosystem_api.runtime.search import Matches, searched
from ecosystem_api.runtime.statement import given
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals.domain import (
    EDITABLE_STATUSES,
    OPEN_STAGES,
    PROTECTED_ONCE_STATUSES,
    RESOURCE,
    STATUSES,
    allowed_actions,
    missing_fields,
)
from ecosystem_api.selling.deals.schemas import DealRead
from ecosystem_api.selling.deals.tables import DealProductRow, DealRow, DealWordRow
from ecosystem_api.selling.reviews import service as reviews

WRITE, DECIDE = "deals:write", "deals:decide"


def _made(tx: Tx, view: View) -> Mapping[str, Any]:
    row = DealRow
    protection = claims.told_of(tx, row.id, row.last_activity_at)
    external = child_object({"system": row.external_system, "id": row.external_id})
    return {
        "number": _number(row.number),
        "products": _products(tx),
        "amount": money(row.amount_minor, row.currency),
        # What was submitted lacks no field that was defined afterwards.
        "missing": custom.lacking_keys(
            tx, RESOURCE, row.custom_fields, _missing(tx), where=row.status.in_(_words(EDITABLE_STATUSES))
        ),
        "custom_fields": custom.readable(tx, RESOURCE, row.custom_fields),
        "protection": case((row.status.in_(_words(PROTECTED_ONCE_STATUSES)), protection)),
        "source": case((row.lead_id.is_(None), _word("partner")), else_=_word("lead")),
        "review": reviews.brief_of(tx, row.review_id),
        "queue": None,  # counted over all partners, which only a judgement may see
        "allowed_actions": _actions(may_write=WRITE in view.may, may_decide=DECIDE in view.may),
        "external_id": case((and_(row.external_system.is_not(None), row.external_id.is_not(None)), external)),
        "closed_amount": money(row.closed_amount_minor, row.currency),
        "staff": literal_column("null::json", JSON) if view.is_partner else _staff(tx),
    }


def _number(number: Any) -> Any:
    digits = cast(number, Text)
    six = literal_column("6", Integer)
    return literal_column("'DR-'", Text).concat(
        func.lpad(digits, func.greatest(six, func.length(digits)), literal_column("'0'"))
    )


def _products(tx: Tx) -> Any:
    line = DealProductRow
    sku = products.sku_of(tx, line.product_id)
    lines = scoped(tx, line, sku.label("sku"), line.quantity.label("quantity")).where(line.deal_id == DealRow.id)
    # The offset keeps the subquery whole: else a code is looked up twice, to tell and to order.
    named = lines.offset(literal_column("0")).correlate(DealRow).subquery("lines")
    whole = child_object({"sku": named.c.sku, "quantity": named.c.quantity})
    return gathered(named, whole, named.c.sku.collate("C"))


def _staff(tx: Tx) -> Any:
    return child_object(
        {
            "claim_account_id": typed_id("acc", DealRow.claim_account_id),
            "created_by_partner": DealRow.created_by_partner,
            "review": reviews.desk_of(tx, DealRow.review_id),
            "override": reviews.desk_of(tx, DealRow.override_review_id),
        }
    )


def _missing(tx: Tx) -> Any:
    """What the law says is missing, as jsonb, for each of the eight ways in which something can be."""

    def by_rest(*, listed: bool) -> Any:
        there = (DealRow.amount_minor.is_not(None), DealRow.expected_close_on.is_not(None))
        ways = []
        for amount, close in product((True, False), repeat=2):
            names = missing_fields(
                amount_minor=1 if amount else None,
                products=[1] if listed else [],
                expected_close_on=1 if close else None,
            )
            is_so = [one if wanted else ~one for one, wanted in zip(there, (amount, close), strict=True)]
            ways.append((and_(*is_so), literal_column(f"'{json.dumps(names)}'::jsonb", JSONB)))
        return case(*ways)

    lines = scoped(tx, DealProductRow, DealProductRow.deal_id).where(DealProductRow.deal_id == DealRow.id)
    # Asked in one place: each EXISTS of a text is a plan of its own, which is set up for every answer.
    return case((lines.correlate(DealRow).exists(), by_rest(listed=True)), else_=by_rest(listed=False))


def _actions(*, may_write: bool, may_decide: bool) -> Any:
    """What the law allows, for each status and for open and closed sales."""

    def by_status(stage: str) -> Any:
        allowed = {
            status: allowed_actions(status, stage, may_write=may_write, may_decide=may_decide) for status in STATUSES
        }
        ways = [(_word(status), _json(actions)) for status, actions in allowed.items()]
        return case(*((DealRow.status == status, actions) for status, actions in ways))

    is_open = DealRow.stage.in_(_words(OPEN_STAGES))
    return case((is_open, by_status(OPEN_STAGES[0])), else_=by_status("closed_won"))


def _words(words: tuple[str, ...]) -> list[Any]:
    return [_word(word) for word in words]


def _word(word: str) -> Any:
    return literal_column(f"'{word}'", Text)


def _json(value: Any) -> Any:
    return literal_column(f"'{json.dumps(value)}'::json", JSON)


def _with_word(tx: Tx, matches: Matches) -> Any:
    """By what it says itself, and by the name of its customer."""
    row = DealWordRow
    own = scoped(tx, row, row.deal_id).where(matches(row.word))
    for_customer = scoped(tx, DealRow, DealRow.id).where(DealRow.account_id.in_(accounts.named_with(tx, matches)))
    return DealRow.id.in_(own.union_all(for_customer.correlate(None)))


DEALS = Listing(
    DealRead,
    DealRow,
    _made,
    filters={
        # One status is compared as one, so that its index also gives the order.
        "status": lambda tx: DealRow.status == given("status", Text),
        "statuses": lambda tx: DealRow.status == any_(given("statuses", ARRAY(Text))),
        "stage": lambda tx: DealRow.stage == given("stage", Text),
        "partner_id": lambda tx: DealRow.partner_id == given("partner_id"),
        "account_id": lambda tx: DealRow.account_id == given("account_id"),
        "deal_type": lambda tx: DealRow.deal_type == given("deal_type", Text),
        "external_system": lambda tx: DealRow.external_system == given("external_system", Text),
        "external_id": lambda tx: DealRow.external_id == given("external_id", Text),
        **searched(_with_word),
    },
    orders={
        "-created_at": Order((DealRow.created_at, DealRow.id), is_descending=True),
        "created_at": Order((DealRow.created_at, DealRow.id)),
        "-submitted_at": Order((DealRow.submitted_at, DealRow.id), True, DealRow.submitted_at.is_not(None)),
        "submitted_at": Order((DealRow.submitted_at, DealRow.id), False, DealRow.submitted_at.is_not(None)),
    },
    extras={
        "status": DealRow.status,
        "claim_account_id": DealRow.claim_account_id,
        "review_version": lambda tx: reviews.version_of(tx, DealRow.review_id),
        "partner_id": DealRow.partner_id,
        "account_id": DealRow.account_id,
        "last_activity_at": DealRow.last_activity_at,
        "updated_at": DealRow.updated_at,
    },
)
