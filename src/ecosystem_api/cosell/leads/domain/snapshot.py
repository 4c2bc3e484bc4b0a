"""A routing's snapshot: all that a ranking is made of, as JSON, so that it can be made again from itself alone.

Shape: `lead`, `account`, `claims` (`holders` are partners with a right on the customer), `floor_record`, and one entry
in `candidates` for each partner that was looked at.
"""

from collections.abc import Mapping
from typing import Any, Final

from ecosystem_api.cosell.routing.domain import (
    Candidate,
    FloorRecord,
    Placed,
    Policy,
    Ranking,
    Record,
    Wanted,
    pool_of,
    rank,
    score_of,
)

ACTION: Final = "lead.pass"
_PLAIN: Final = ("partner_id", "country", "tier", "in_hand", "received", "last_offered_at", "is_asked", "outcome")
_LISTS: Final = ("territories", "regions", "verticals", "skills", "certifications", "personas", "reasons")


def wanted_of(snapshot: Mapping[str, Any]) -> Wanted:
    """What the lead asks for."""
    lead = snapshot["lead"]
    return Wanted(
        country=lead["country"],
        region=lead["region"],
        vertical=lead["vertical"],
        skills=tuple(lead["skills"]),
        certifications=tuple(lead["certifications"]),
    )


def candidate_of(entry: Mapping[str, Any]) -> Candidate:
    """One partner as it stood."""
    known: dict[str, Any] = {name: entry[name] for name in _PLAIN} | {name: tuple(entry[name]) for name in _LISTS}
    return Candidate(record=Record(**entry["record"]), **known)


def rank_again(policy: Policy, snapshot: Mapping[str, Any]) -> Ranking:
    """The ranking that a policy gives a snapshot: always the same."""
    candidates = [candidate_of(entry) for entry in snapshot["candidates"]]
    return rank(policy, wanted_of(snapshot), candidates, FloorRecord(**snapshot["floor_record"]))


def score_again(policy: Policy, snapshot: Mapping[str, Any], entry: Mapping[str, Any]) -> Placed:
    """What the criteria add for one partner of a snapshot, whether or not it comes into question."""
    candidates = [candidate_of(one) for one in snapshot["candidates"]]
    return score_of(policy, wanted_of(snapshot), candidate_of(entry), pool_of(one.record for one in candidates))


def facts_for(snapshot: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the rule book is asked about passing the lead to one partner."""
    lead, claims = snapshot["lead"], snapshot["claims"]
    holders = set(claims["holders"])
    return {
        "deal": {
            "amount_minor": lead["amount_minor"],
            "currency": lead["currency"],
            "type": "new_business",
            "products": list(lead["products"]),
            "country": lead["country"],
            "region": lead["region"],
            "missing": [],
            "expected_close_days": -1,
            "resubmissions": 0,
        },
        "partner": {
            "status": entry["status"],
            "personas": list(entry["personas"]),
            "tier": entry["tier"],
            "country": entry["country"],
            "territories": list(entry["territories"]),
            "open_registrations": entry["open_registrations"],
            "certifications": list(entry["certifications"]),
            **({"custom": dict(entry["custom"])} if "custom" in entry else {}),
        },
        "account": dict(snapshot["account"]),
        "claims": {
            "held_by_other": bool(holders - {entry["partner_id"]}),
            "held_by_self": entry["partner_id"] in holders,
            # A snapshot of before families were asked about says nothing of them.
            "held_by_relative": bool(set(claims.get("family_holders", ())) - {entry["partner_id"]}),
            "possible_matches": claims["possible_matches"],
            "queue_length": claims["queue_length"],
        },
    }
