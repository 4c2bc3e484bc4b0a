"""When a new account may belong to a known one, or that one to it."""

from collections.abc import Sequence

from ecosystem_api.market.accounts.domain import TieEvidence
from ecosystem_api.market.recognition.domain.match import Match
from ecosystem_api.market.recognition.domain.similarity import word_weight


def propose_tie(subject_id: str, match: Match) -> tuple[str, str, TieEvidence] | None:
    """Which of a new account and one it resembles may belong to the other: (child, parent, why); None if neither.

    Law: companies of a group share a domain, and the one that had it first is taken for the parent; or the name of one
    begins with the whole name of the other ("acme" and "acme marine"), which then is the parent.
    Edges: a person confirms or refuses it; a proposal changes no judgement. A name of nothing but trades and places
    begins no family.
    """
    if match.outcome not in ("same_family", "possible"):
        return None
    for found in match.evidence:
        if found.kind == "same_domain":
            return subject_id, match.account_id, "shared_domain"
        if found.kind == "similar_name":
            theirs, ours = found.theirs.split(), found.ours.split()
            if _begins(theirs, ours):
                return subject_id, match.account_id, "name_begins"
            if _begins(ours, theirs):
                return match.account_id, subject_id, "name_begins"
    return None


def _begins(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    is_longer = len(longer) > len(shorter) and longer[: len(shorter)] == shorter
    return is_longer and any(word_weight(word) == 1 for word in shorter)
