"""How PostgreSQL writes a case."""

import json
from collections.abc import Mapping
from itertools import product
from typing import Any

from sqlalchemy import ARRAY, JSON, Text, and_, any_, case, literal_column

from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.reading import Listing, Order, View, child_object, instant
from ecosystem_api.runtime.statement import given
from ecosystem_api.selling.reviews.domain import STATUSES, allowed_actions
from ecosystem_api.selling.reviews.schemas import ReviewRead
from ecosystem_api.selling.reviews.tables import ReviewRow

TEND = "reviews:write"


def _made(tx: Tx, view: View) -> Mapping[str, Any]:
    row = ReviewRow
    held = child_object(
        {
            "reason": row.hold_reason,
            "note": row.hold_note,
            "since_at": instant(row.held_at),
            "until_at": instant(row.hold_until),
        }
    )
    return {
        "hold": case((row.hold_until.is_not(None), held)),
        "allowed_actions": _actions(may_tend=TEND in view.may),
    }


def _actions(*, may_tend: bool) -> Any:
    """What the law allows, for each status, before and after the time is over, with and without a hold left."""
    row = ReviewRow
    ways = []
    for status, is_late, holds_left in product(STATUSES, (True, False), (0, 1)):
        here = and_(
            row.status == literal_column(f"'{status}'", Text),
            row.overdue_at.is_not(None) if is_late else row.overdue_at.is_(None),
            row.holds_left > literal_column("0") if holds_left else row.holds_left == literal_column("0"),
        )
        actions = allowed_actions(status, is_late=is_late, holds_left=holds_left, may_tend=may_tend)
        ways.append((here, literal_column(f"'{json.dumps(actions)}'::json", JSON)))
    return case(*ways)


def _is_running() -> Any:
    return ReviewRow.status != literal_column("'closed'", Text)


REVIEWS = Listing(
    ReviewRead,
    ReviewRow,
    _made,
    filters={
        # One status is compared as one, so that its index also gives the order.
        "status": lambda tx: ReviewRow.status == given("status", Text),
        "statuses": lambda tx: ReviewRow.status == any_(given("statuses", ARRAY(Text))),
        "assigned_to": lambda tx: ReviewRow.assigned_to == given("assigned_to"),
        "unassigned": lambda tx: ReviewRow.assigned_to.is_(None),
        "assigned": lambda tx: ReviewRow.assigned_to.is_not(None),
        "overdue": lambda tx: and_(ReviewRow.overdue_at.is_not(None), _is_running()),
        "not_overdue": lambda tx: ReviewRow.overdue_at.is_(None),
        "due_before": lambda tx: ReviewRow.due_at < given("due_before"),
        "escalated_to": lambda tx: ReviewRow.escalated_to == given("escalated_to", Text),
        "subject_type": lambda tx: ReviewRow.subject_type == given("subject_type", Text),
        "subject_id": lambda tx: ReviewRow.subject_id == given("subject_id", Text),
        "partner_id": lambda tx: ReviewRow.partner_id == given("partner_id"),
    },
    orders={
        "due_at": Order((ReviewRow.due_at, ReviewRow.id)),
        "-due_at": Order((ReviewRow.due_at, ReviewRow.id), is_descending=True),
        "opened_at": Order((ReviewRow.opened_at, ReviewRow.id)),
        "-opened_at": Order((ReviewRow.opened_at, ReviewRow.id), is_descending=True),
    },
    extras={
        "subject_type": ReviewRow.subject_type,
        "subject_id": ReviewRow.subject_id,
        "decision_id": ReviewRow.decision_id,
    },
)
