"""What each criterion is worth for one partner: exact fractions of the whole, so that the same facts always agree."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ecosystem_api.cosell.routing.domain.policy import Policy
from ecosystem_api.kernel.reason import Reason

WHOLE: Final = 10_000
"""Points that a partner gets which meets every criterion in full."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a lead asks for. What it does not say (empty) is asked of nobody."""

    country: str
    region: str
    vertical: str
    skills: tuple[str, ...]
    certifications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What a partner did with its leads and deals within the policy's history.

    Shape: of the offers that were `answered` or ran out, how many were `accepted`, and the parts of the time to answer
    that were left, summed up (`promptness`, 10,000 for a whole one); of the deals that were `closed`, how many `won`.
    """

    answered: int
    accepted: int
    promptness: int
    closed: int
    won: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner as it stands when a lead is routed.

    Shape: `in_hand` are open offers and accepted leads that it has not registered yet; `received` are offers within the
    floor's window; `outcome` and `reasons` are what the rule book says of passing the lead to it.
    """

    partner_id: str
    country: str
    territories: tuple[str, ...]
    regions: tuple[str, ...]
    verticals: tuple[str, ...]
    skills: tuple[str, ...]
    certifications: tuple[str, ...]
    personas: tuple[str, ...]
    tier: str
    record: Record
    in_hand: int
    received: int
    last_offered_at: str
    is_asked: bool
    outcome: str
    reasons: tuple[Reason, ...]


Worth = tuple[Fraction, str] | None
"""How far a criterion is met, from 0 to 1, and what was found; None where the lead does not ask for it."""

SEAT, TERRITORY, REGION, EVERYWHERE = Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4)


def geography(wanted: Wanted, partner: Candidate) -> Worth:
    """Nearest first: its seat in the country, the country among its territories, the region, no bounds at all."""
    if partner.country == wanted.country:
        return SEAT, "seat"
    if wanted.country in partner.territories:
        return TERRITORY, "territory"
    if wanted.region and wanted.region in partner.regions:
        return REGION, "region"
    return (EVERYWHERE, "everywhere") if not partner.territories else (Fraction(0), "elsewhere")


def vertical(wanted: Wanted, partner: Candidate) -> Worth:
    """It knows the customer's industry or not."""
    if not wanted.vertical:
        return None
    return (Fraction(1), "known") if wanted.vertical in partner.verticals else (Fraction(0), "unknown")


def skills(wanted: Wanted, partner: Candidate) -> Worth:
    """The share of the skills asked for that it has."""
    return _share(wanted.skills, partner.skills)


def certifications(wanted: Wanted, partner: Candidate) -> Worth:
    """The share of the certifications asked for that its people hold."""
    return _share(wanted.certifications, partner.certifications)


def capacity(policy: Policy, partner: Candidate) -> Worth:
    """The share of the leads it may have in hand that is free."""
    free = max(policy.capacity - partner.in_hand, 0)
    return Fraction(free, policy.capacity), f"{free}/{policy.capacity}"


def pool_of(records: Iterable[Record]) -> Record:
    """All partners' records as one: towards it a short record is shrunk."""
    every = list(records)
    return Record(*(sum(getattr(one, name) for one in every) for name in Record.__slots__))


def performance(policy: Policy, record: Record, pool: Record) -> Worth:
    """The mean of three shares: leads accepted, time to answer left, deals won; each shrunk to that of all partners.

    A partner without a record stands exactly where all stand together, and one bad answer does not ruin it.
    Source: posterior mean of a beta-binomial model whose prior has the pool's mean and a weight of `prior_leads`
    observations (Efron and Morris 1975, "Data analysis using Stein's estimator and its generalizations").
    """
    own = (
        _shrunk(record.accepted, record.answered, pool.accepted, pool.answered, policy.prior_leads),
        _shrunk(
            Fraction(record.promptness, WHOLE),
            record.answered,
            Fraction(pool.promptness, WHOLE),
            pool.answered,
            policy.prior_leads,
        ),
        _shrunk(record.won, record.closed, pool.won, pool.closed, policy.prior_leads),
    )
    found = f"accepted {record.accepted}/{record.answered}, won {record.won}/{record.closed}"
    return sum(own, Fraction(0)) / len(own), found


def _shrunk(part: int | Fraction, whole: int, pool_part: int | Fraction, pool_whole: int, prior: int) -> Fraction:
    mean = Fraction(pool_part) / pool_whole if pool_whole else Fraction(1, 2)
    return (part + prior * mean) / (whole + prior)


def _share(asked: Collection[str], held: Collection[str]) -> Worth:
    if not asked:
        return None
    met = len(set(asked) & set(held))
    return Fraction(met, len(set(asked))), f"{met}/{len(set(asked))}"


CRITERIA: Final[dict[str, Callable[[Policy, Wanted, Candidate, Record], Worth]]] = {
    "geography": lambda policy, wanted, partner, pool: geography(wanted, partner),
    "vertical": lambda policy, wanted, partner, pool: vertical(wanted, partner),
    "skills": lambda policy, wanted, partner, pool: skills(wanted, partner),
    "certifications": lambda policy, wanted, partner, pool: certifications(wanted, partner),
    "performance": lambda policy, wanted, partner, pool: performance(policy, partner.record, pool),
    "capacity": lambda policy, wanted, partner, pool: capacity(policy, partner),
}
"""Every criterion that a policy can give weight to, in the order in which an answer tells them."""
