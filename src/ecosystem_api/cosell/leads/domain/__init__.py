"""The law of leads: where they may go, what rules are asked about passing them on, how to rank again. Pure."""

from ecosystem_api.cosell.leads.domain.lifecycle import (
    EDITABLE,
    LIFECYCLE,
    OFFER_STATUSES,
    STATUSES,
    allowed_actions,
    answer_until,
    moved,
    offer_actions,
    unused_part,
)
from ecosystem_api.cosell.leads.domain.snapshot import (
    ACTION,
    candidate_of,
    facts_for,
    rank_again,
    score_again,
    wanted_of,
)

__all__ = [
    "ACTION",
    "EDITABLE",
    "LIFECYCLE",
    "OFFER_STATUSES",
    "STATUSES",
    "allowed_actions",
    "answer_until",
    "candidate_of",
    "facts_for",
    "moved",
    "offer_actions",
    "rank_again",
    "score_again",
    "unused_part",
    "wanted_of",
]
