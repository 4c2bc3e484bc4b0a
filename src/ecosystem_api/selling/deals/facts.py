"""What can be counted here, read from the ledger: the same rows that tell the story are the ones that are summed."""

from typing import Any

from sqlalchemy import Numeric, Select, cast, func, select

from ecosystem_api.runtime.area import Fact
from ecosystem_api.runtime.ledger.tables import EventRow
from ecosystem_api.selling.deals.events import DealApproved, DealClosedWon, DealNews, DealRejected, DealSubmitted


def _amounts(news: type[DealNews]) -> Select[Any]:
    amount = EventRow.data["amount"]
    return select(
        EventRow.vendor_id.label("vendor_id"),
        EventRow.partner_id.label("partner_id"),
        EventRow.occurred_at.label("at"),
        cast(amount["amount"].astext, Numeric).label("value"),
        amount["currency"].astext.label("currency"),
        func.jsonb_build_object("account_id", EventRow.data["account_id"], "stage", EventRow.data["stage"]).label(
            "dimensions"
        ),
        EventRow.subject_id.label("subject_id"),
        EventRow.position.label("event_position"),
    ).where(EventRow.type == news.type)


FACTS = (
    Fact("deal_registrations_submitted", "A registration was submitted.", "money", _amounts(DealSubmitted)),
    Fact("deal_registrations_approved", "A registration was approved.", "money", _amounts(DealApproved)),
    Fact("deal_registrations_rejected", "A registration was rejected.", "money", _amounts(DealRejected)),
    Fact("deals_closed_won", "A registered deal was won, at this value.", "money", _amounts(DealClosedWon)),
)
