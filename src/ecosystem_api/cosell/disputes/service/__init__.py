"""Use cases of disputes, by verb: open a case, bring evidence, rule, read."""

from ecosystem_api.cosell.disputes.service.case import SUBJECT, deciders_of
from ecosystem_api.cosell.disputes.service.evidence import add_evidence, invite_holders
from ecosystem_api.cosell.disputes.service.open import open_dispute
from ecosystem_api.cosell.disputes.service.read import dispute_answers, get_dispute, list_disputes
from ecosystem_api.cosell.disputes.service.rule import decide, withdraw

__all__ = [
    "SUBJECT",
    "add_evidence",
    "decide",
    "deciders_of",
    "dispute_answers",
    "get_dispute",
    "invite_holders",
    "list_disputes",
    "open_dispute",
    "withdraw",
]
