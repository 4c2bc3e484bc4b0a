"""Use cases of disputes, by verb: open a case, bring evidence, find a reviewer, rule, read."""

from ecosystem_api.cosell.disputes.service.evidence import add_evidence, invite_holders
from ecosystem_api.cosell.disputes.service.open import open_dispute
from ecosystem_api.cosell.disputes.service.read import get_dispute, list_disputes
from ecosystem_api.cosell.disputes.service.review import assign, note_overdue, take
from ecosystem_api.cosell.disputes.service.rule import decide, withdraw

__all__ = [
    "add_evidence",
    "assign",
    "decide",
    "get_dispute",
    "invite_holders",
    "list_disputes",
    "note_overdue",
    "open_dispute",
    "take",
    "withdraw",
]
