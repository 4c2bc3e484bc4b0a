"""Make the fairness report from recorded decisions and rankings."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from ecosystem_api.cosell.fairness.domain import (
    LEVEL,
    Case,
    Compared,
    Interval,
    Shared,
    Timed,
    amount_bands,
    compare_offers,
    compare_shares,
    compare_times,
)
from ecosystem_api.cosell.fairness.schemas import (
    Adjusted,
    ApprovalRead,
    By,
    DecisionTimeRead,
    FairnessRead,
    IntervalRead,
    OffersRead,
    RoutingShareRead,
    SharesRead,
    TimesRead,
)
from ecosystem_api.cosell.leads import service as leads
from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.service import Settled

_ACTION: Final = "deal_registration.submit"
_MEMBERS: Final = ("prospect", "applicant", "onboarding", "active", "suspended", "offboarded")
LONGEST_DAYS: Final = 1_100
USUAL_DAYS: Final = 365
_CAUTION: Final = (
    "A difference is a reason to look, not a finding of intent; that none was found is no proof that there is none. "
    "What cases are adjusted for is taken for a fair reason to decide otherwise. Sizes, personas and tiers are those "
    "of the decision, but for `sizes_of_today`; for offers of leads, all are those of today."
)


async def fairness_report(
    tx: Tx, from_on: date | None, until_on: date | None, by: By, adjust_for: Sequence[Adjusted]
) -> FairnessRead:
    """The report of a window of days, half-open, UTC. Errors: `InvalidRequest` for a window that is none."""
    until = until_on or tx.now.date() + timedelta(days=1)
    since = from_on or until - timedelta(days=USUAL_DAYS)
    _judge_window(since, until)
    if by in adjust_for:
        detail = f"Groups are made by {by}; within equal {by} nothing is left to compare."
        raise InvalidRequest(errors=[FieldError("adjust_for", "same_as_groups", detail)])
    window = (_midnight(since), _midnight(until))
    settled = await engagement.settled_cases(tx, _ACTION, *window)
    without = {one.partner_id for one in settled if one.size is None}
    today = await partners.size_bands(tx, without) if without else {}
    sizes = [today.get(one.partner_id) if one.size is None else one.size for one in settled]
    groups = [_groups(by, one.personas, one.tier, size) for one, size in zip(settled, sizes, strict=True)]
    strata = _strata(settled, adjust_for, sizes)
    placed = list(zip(settled, groups, strata, strict=True))
    approved = [Case(str(one.partner_id), own, stratum, one.is_approved) for one, own, stratum in placed]
    timed = [Timed(str(one.partner_id), own, stratum, _hours(one)) for one, own, stratum in placed]
    # Seconds of reckoning for a large program: other requests are answered meanwhile.
    by_share = await asyncio.to_thread(compare_shares, approved)
    by_time = await asyncio.to_thread(compare_times, timed)
    offers, offered = await _offers(tx, by, window)
    return FairnessRead(
        from_on=since,
        until_on=until,
        by=by,
        adjust_for=list(adjust_for),
        level=LEVEL,
        approval=ApprovalRead(cases=len(approved), groups=[_shares(one) for one in by_share]),
        time_to_decision=DecisionTimeRead(cases=len(timed), groups=[_times(one, middle) for one, middle in by_time]),
        routing=RoutingShareRead(offers=offers, groups=[_offered(one) for one in offered]),
        sizes_of_today=sum(one.size is None for one in settled),
        caution=_CAUTION,
    )


def _judge_window(since: date, until: date) -> None:
    if until <= since:
        raise InvalidRequest(errors=[FieldError("to", "end_before_start", f"A day after {since}.")])
    if (until - since).days > LONGEST_DAYS:
        raise InvalidRequest(
            errors=[FieldError("from", "window_too_long", f"At most {LONGEST_DAYS} days before `to`.")]
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _hours(one: Settled) -> float:
    return (one.decided_at - one.first_at).total_seconds() / 3600


def _groups(by: By, personas: Collection[str], tier: str, size: str | None) -> tuple[str, ...]:
    if by == "persona":
        return tuple(sorted(personas)) or ("none",)
    return (tier or "none",) if by == "tier" else (size or "unknown",)


def _strata(settled: Sequence[Settled], adjust_for: Collection[str], sizes: Sequence[str | None]) -> list[str]:
    bands = amount_bands([(one.amount_minor, one.currency) for one in settled])
    known: list[dict[str, str]] = [
        {
            "amount": band,
            "deal_type": one.deal_type,
            "country": one.country,
            "persona": "+".join(sorted(one.personas)),
            "tier": one.tier,
            "size": size or "",
        }
        for one, band, size in zip(settled, bands, sizes, strict=True)
    ]
    return ["|".join(one[name] for name in sorted(adjust_for)) for one in known]


async def _offers(tx: Tx, by: By, window: tuple[datetime, datetime]) -> tuple[int, list[Shared]]:
    found = await leads.offers_among_eligible(tx, *window)
    profiles = {one.partner_id: one for one in await partners.partner_profiles(tx, _MEMBERS)} if found else {}
    groups = {
        str(partner_id): _groups(by, one.personas, one.tier, one.size_band or None)
        for partner_id, one in profiles.items()
    }
    named = [(str(winner), [str(one) for one in eligible]) for winner, eligible in found]
    return await asyncio.to_thread(compare_offers, named, groups)


def _interval(found: Interval | None) -> IntervalRead | None:
    if found is None:
        return None
    return IntervalRead(estimate=round(found.estimate, 4), low=round(found.low, 4), high=round(found.high, 4))


def _told(one: Compared) -> dict[str, Any]:
    return {
        "group": one.group,
        "partners": one.partners,
        "cases": one.n,
        "verdict": one.verdict,
        "p_value": _rounded(one.p),
        "adjusted_p_value": _rounded(one.p_adjusted),
        "share": _interval(one.share),
        "difference": _interval(one.plain),
        "adjusted_difference": _interval(one.adjusted),
        "chi_square": _rounded(one.chi_square),
        "is_explained_by_mix": one.is_explained_by_mix,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _shares(one: Compared) -> SharesRead:
    return SharesRead(**_told(one), sentence=_sentence(one, "approved in"))


def _times(one: Compared, middle: Interval | None) -> TimesRead:
    sentence = _sentence(one, "later than the middle of comparable cases in")
    return TimesRead(**_told(one), median_hours=_interval(middle), sentence=sentence)


def _sentence(one: Compared, what: str) -> str:
    if one.share is None or one.p_adjusted is None:
        return f"{one.group}: too few to say (cases: {one.n}, partners: {one.partners})."
    gap = one.adjusted or one.plain
    assert gap is not None, "a group that is compared has a difference"
    points = f"{abs(gap.estimate) * 100:.1f} points {'less' if gap.estimate < 0 else 'more'}"
    if one.verdict == "differs":
        ending = f"chance hardly explains it (p {one.p_adjusted:.4f}, adjusted)."
    elif one.is_explained_by_mix:
        ending = "the plain shares differ, but the mix of deals explains it."
    else:
        ending = "no difference found."
    share = f"{one.share.estimate * 100:.1f} % ({counted(one.n, 'case')}, {counted(one.partners, 'partner')})"
    return f"{one.group}: {what} {share}, {points} than others in comparable cases; {ending}"


def _offered(one: Shared) -> OffersRead:
    if one.received is None or one.expected is None:
        sentence = f"{one.group}: too few to say (eligible partners: {one.partners})."
    else:
        is_odd = one.verdict == "differs"
        ending = "chance hardly explains the difference." if is_odd else "no difference found."
        got, due = one.received * 100, one.expected * 100
        sentence = f"{one.group}: {got:.1f} % of the offers, {due:.1f} % if chances had been equal; {ending}"
    return OffersRead(
        group=one.group,
        partners=one.partners,
        verdict=one.verdict,
        p_value=_rounded(one.p),
        adjusted_p_value=_rounded(one.p_adjusted),
        received=_rounded(one.received),
        expected=_rounded(one.expected),
        surplus=_interval(one.surplus),
        sentence=sentence,
    )
