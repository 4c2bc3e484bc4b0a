"""One append-only ledger: `record` writes news in the caller's transaction, the relay stamps and delivers it."""

from ecosystem_api.runtime.ledger.event import Event, Heard, staff_only
from ecosystem_api.runtime.ledger.plan import cancel, plan
from ecosystem_api.runtime.ledger.record import record

__all__ = ["Event", "Heard", "cancel", "plan", "record", "staff_only"]
