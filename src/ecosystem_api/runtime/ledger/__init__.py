"""One append-only ledger: `record` writes news in the caller's transaction, the relay stamps and delivers it."""

from ecosystem_api.runtime.ledger.event import Event, Heard, staff_only
from ecosystem_api.runtime.ledger.hear import hear_now
from ecosystem_api.runtime.ledger.plan import cancel, cancel_with, plan, plan_with
from ecosystem_api.runtime.ledger.record import record, tell_with

__all__ = [
    "Event",
    "Heard",
    "cancel",
    "cancel_with",
    "hear_now",
    "plan",
    "plan_with",
    "record",
    "staff_only",
    "tell_with",
]
