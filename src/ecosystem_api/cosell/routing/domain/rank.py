"""Who comes first, why, and why others do not come into question. The same facts and policy give the same ranking."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final

from ecosystem_api.cosell.routing.domain.criteria import CRITERIA, WHOLE, Candidate, Record, Wanted, pool_of
from ecosystem_api.cosell.routing.domain.policy import Policy
from ecosystem_api.kernel.reason import Reason, own_reason

ASKED_BEFORE: Final = own_reason("asked_before", "The lead was offered to this partner before.")
PERSONA_NOT_WANTED: Final = own_reason(
    "persona_not_wanted", "The partner has none of the personas that the routing policy wants."
)
TIER_NOT_WANTED: Final = own_reason("tier_not_wanted", "The partner's tier is none that the routing policy wants.")
AT_CAPACITY: Final = own_reason("at_capacity", "The partner has as many leads in hand as the routing policy lets it.")
BELOW_MINIMUM: Final = own_reason("below_minimum", "The partner has fewer points than the routing policy asks for.")


@dataclass(frozen=True, slots=True)
class FloorRecord:
    """Offers made under a policy while a partner below its floor was eligible, and how many went to such a one."""

    routed: int
    given: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """What one criterion adds. `ratio` is how far it is met, in ten-thousandths; None where the lead does not ask."""

    name: str
    weight: int
    ratio: int | None
    points: int
    found: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An eligible partner: its points, which are the sum of its criteria's, and whether it stands below the floor."""

    partner_id: str
    points: int
    is_below_floor: bool
    criteria: tuple[Criterion, ...]

    def criteria_as_json(self) -> list[Any]:
        """What each criterion adds, as JSON has it."""
        listed: list[Any] = _listed(asdict(self))["criteria"]
        return listed


@dataclass(frozen=True, slots=True)
class Left:
    """A partner that does not come into question, and every reason."""

    partner_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Eligible partners, the first to be asked first; `has_floor` says that one of them stands below the floor."""

    is_floor_turn: bool
    has_floor: bool
    placed: tuple[Placed, ...]
    left: tuple[Left, ...]

    def as_dict(self) -> dict[str, Any]:
        """The ranking as JSON has it."""
        whole: dict[str, Any] = _listed(asdict(self))
        return whole


def rank(policy: Policy, wanted: Wanted, candidates: Sequence[Candidate], so_far: FloorRecord) -> Ranking:
    """Order the partners that come into question.

    By points; among equals the one that was offered fewer leads of late, then the one whose last offer is longest ago,
    then the older one. When the floor's share is behind, the partners below it come before all others: the count of
    offers decides that, not chance.
    """
    pool = pool_of(one.record for one in candidates)
    placed, left = [], []
    for partner in candidates:
        score = score_of(policy, wanted, partner, pool)
        reasons = _against(policy, partner, score.points)
        if reasons:
            left.append(Left(partner.partner_id, reasons))
        else:
            placed.append((partner, score))
    has_floor = any(score.is_below_floor for _, score in placed)
    is_floor_turn = has_floor and so_far.given < policy.floor.share_percent * (so_far.routed + 1) // 100

    def place(entry: tuple[Candidate, Placed]) -> tuple[bool, int, int, str, str]:
        partner, score = entry
        is_later = is_floor_turn and not score.is_below_floor
        return is_later, -score.points, partner.received, partner.last_offered_at, partner.partner_id

    ordered = tuple(score for _, score in sorted(placed, key=place))
    return Ranking(is_floor_turn, has_floor, ordered, tuple(sorted(left, key=lambda one: one.partner_id)))


def score_of(policy: Policy, wanted: Wanted, partner: Candidate, pool: Record) -> Placed:
    """What each criterion adds for one partner, whether or not it comes into question."""
    worths = {name: judge(policy, wanted, partner, pool) for name, judge in CRITERIA.items()}
    # What a lead does not ask for decides nothing: its weight counts for nobody.
    total = sum(policy.weights[name] for name, worth in worths.items() if worth is not None)
    criteria, met, told = [], Fraction(0), 0
    for name, worth in worths.items():
        weight = policy.weights[name]
        if worth is None:
            criteria.append(Criterion(name, weight, None, 0, "not_asked"))
            continue
        ratio, found = worth
        met += ratio * weight * WHOLE / total if total else 0
        # Rounded where they stand in the sum, so that the parts make the whole and the whole is rounded once.
        points, told = round(met) - told, round(met)
        criteria.append(Criterion(name, weight, round(ratio * WHOLE), points, found))
    is_below = partner.received < policy.floor.below_leads
    return Placed(partner.partner_id, told, is_below, tuple(criteria))


def _against(policy: Policy, partner: Candidate, points: int) -> tuple[Reason, ...]:
    reasons = [] if partner.outcome == "approve" else list(partner.reasons)
    if partner.is_asked:
        reasons.append(ASKED_BEFORE)
    if policy.personas and not set(policy.personas) & set(partner.personas):
        reasons.append(PERSONA_NOT_WANTED)
    if policy.tiers and partner.tier not in policy.tiers:
        reasons.append(TIER_NOT_WANTED)
    if partner.in_hand >= policy.capacity:
        reasons.append(AT_CAPACITY)
    if points < policy.minimum_points:
        reasons.append(BELOW_MINIMUM)
    return tuple(dict.fromkeys(reasons))


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value
