"""The numbers and choices of a rule book, as typed data: declared once, checked, spoken in words, read by rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final, Literal

from ecosystem_api.kernel.money import Money
from ecosystem_api.rules.conditions import ProtectionOverride, amount_faults, applies, condition_faults, condition_words
from ecosystem_api.rules.facts import Facts, FactType
from ecosystem_api.rules.reviewing import (
    CLOCKS,
    SILENCES,
    EscalationStep,
    ResearchHold,
    ReviewClock,
    ReviewOverride,
    Silence,
    escalation_words,
    research_hold_words,
    review_faults,
)

Anchor = Literal["submission", "approval"]
ANCHORS: Final[tuple[Anchor, ...]] = ("submission", "approval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a vendor may turn without writing a rule. Each has a default that is a sound program by itself.

    Units: days are calendar days, review hours are those of the review clock. Of the overrides the first that applies
    decides.
    """

    minimum_amount: Money | None = None
    capacity: int | None = 25
    protection_days: int = 90
    protection_overrides: tuple[ProtectionOverride, ...] = ()
    protection_anchor: Anchor = "approval"
    expiring_notice_days: int = 14
    review_hours: int = 16
    resubmission_limit: int = 2
    excluded_deal_types: tuple[str, ...] = ("renewal", "rfp")
    territory_enforced: bool = True
    vendor_engagement_days: int = 90
    flip_limit_percent: int = 5
    review_overrides: tuple[ReviewOverride, ...] = ()
    review_clock: ReviewClock = "business"
    review_calendar: str | None = None
    escalation: tuple[EscalationStep, ...] = ()
    on_silence: Silence = "nothing"
    research_hold: ResearchHold | None = None
    four_eyes_above: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a parameter means and which values it takes.

    Shape: `low` and `high` bound whole numbers, both included; `reads` are the names and types rules see it under.
    """

    name: str
    sentence: str
    low: int = 0
    high: int = 0
    reads: tuple[tuple[str, FactType], ...] = field(default=())


# fmt: off
SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "minimum_amount",
        "The smallest amount that can be registered. Rules read 0 when there is none.",
        reads=(("minimum_amount_minor", "int"), ("minimum_amount_currency", "string")),
    ),
    Setting(
        "capacity",
        "How many registrations a partner may have open at a time. Rules read -1 when there is no limit.",
        0, 100_000, (("capacity", "int"),),
    ),
    Setting(
        "protection_days",
        "How long an approved registration is protected.",
        1, 3_650, (("protection_days", "int"),),
    ),
    Setting("protection_overrides", "Protection windows for some registrations; the first that applies decides."),
    Setting(
        "protection_anchor",
        "The moment from which protection is counted.",
        reads=(("protection_anchor", "string"),),
    ),
    Setting(
        "expiring_notice_days",
        "How long before the end of protection the partner is told.",
        0, 3_650, (("expiring_notice_days", "int"),),
    ),
    Setting("review_hours", "Hours within which a person decides.", 1, 2_000, (("review_hours", "int"),)),
    Setting(
        "resubmission_limit",
        "How often a rejected registration may be submitted again.",
        0, 100, (("resubmission_limit", "int"),),
    ),
    Setting(
        "excluded_deal_types",
        "Deal types that cannot be registered.",
        reads=(("excluded_deal_types", "list<string>"),),
    ),
    Setting("territory_enforced", "Whether a partner's territories count.", reads=(("territory_enforced", "bool"),)),
    Setting(
        "vendor_engagement_days",
        "How recently the vendor's own team must have been active at a customer for the customer to count as engaged.",
        0, 3_650, (("vendor_engagement_days", "int"),),
    ),
    Setting(
        "flip_limit_percent",
        "How much of the recent past the next book may decide otherwise without a written reason, in percent.",
        0, 100, (("flip_limit_percent", "int"),),
    ),
    Setting("review_overrides", "Review hours for some requests; the first that applies decides."),
    Setting("review_clock", "Which hours of a review count: business hours, or all (wall)."),
    Setting("review_calendar", "The calendar whose business hours count; the vendor's default where none is named."),
    Setting("escalation", "Whom a review goes to besides when this share of its hours has passed."),
    Setting(
        "on_silence",
        "What follows when nobody has decided in time. What needs two approvals waits for them, whatever stands here.",
    ),
    Setting("research_hold", "How often a review's clock may be stopped for research, and for how long each time."),
    Setting(
        "four_eyes_above",
        "The amount above which two people approve. Where one is named, so do they for an amount that is unknown or in "
        "a currency that is not named.",
    ),
)
# fmt: on

PARAMETER_TYPES: Final[dict[str, FactType]] = {name: kind for setting in SETTINGS for name, kind in setting.reads}


def protection_days(parameters: Parameters, facts: Facts) -> int:
    """How many days an approval of these facts protects: the first override that applies, or else the default."""
    applying = (override for override in parameters.protection_overrides if applies(override, facts))
    return next((override.days for override in applying), parameters.protection_days)


def review_hours(parameters: Parameters, facts: Facts) -> int:
    """Within how many hours a person decides about these facts: the first override that applies, or the default."""
    applying = (override for override in parameters.review_overrides if applies(override, facts))
    return next((override.hours for override in applying), parameters.review_hours)


def approvals_needed(parameters: Parameters, facts: Facts) -> int:
    """How many people must approve: two above the amount that the book names for the currency, or else one.

    Edges: where the book names any, an amount that is unknown or in another currency needs two as well: what cannot
    be compared must not be the way around.
    """
    if not parameters.four_eyes_above:
        return 1
    amount, currency = facts["deal"]["amount_minor"], facts["deal"]["currency"]
    limit = next((one.minor for one in parameters.four_eyes_above if one.currency == currency), None)
    return 2 if limit is None or amount > limit else 1


def parameter_values(parameters: Parameters) -> dict[str, int | str | bool | list[str]]:
    """What rules read as `params`: plain values, every one present."""
    least = parameters.minimum_amount
    return {
        "minimum_amount_minor": least.minor if least else 0,
        "minimum_amount_currency": least.currency if least else "",
        "capacity": -1 if parameters.capacity is None else parameters.capacity,
        "protection_days": parameters.protection_days,
        "protection_anchor": parameters.protection_anchor,
        "expiring_notice_days": parameters.expiring_notice_days,
        "review_hours": parameters.review_hours,
        "resubmission_limit": parameters.resubmission_limit,
        "excluded_deal_types": list(parameters.excluded_deal_types),
        "territory_enforced": parameters.territory_enforced,
        "vendor_engagement_days": parameters.vendor_engagement_days,
        "flip_limit_percent": parameters.flip_limit_percent,
    }


def parameter_words(parameters: Parameters) -> dict[str, str]:
    """Each parameter as a partner reads it, by name; sentences of rules fill their placeholders from here."""
    return {
        "minimum_amount": str(parameters.minimum_amount) if parameters.minimum_amount else "none",
        "capacity": "none" if parameters.capacity is None else str(parameters.capacity),
        "protection_days": _days(parameters.protection_days),
        "protection_anchor": parameters.protection_anchor,
        "expiring_notice_days": _days(parameters.expiring_notice_days),
        "review_hours": _hours(parameters.review_hours, parameters.review_clock),
        "resubmission_limit": _count(parameters.resubmission_limit, "time"),
        "excluded_deal_types": ", ".join(parameters.excluded_deal_types) or "none",
        "territory_enforced": "yes" if parameters.territory_enforced else "no",
        "vendor_engagement_days": _days(parameters.vendor_engagement_days),
        "flip_limit_percent": f"{parameters.flip_limit_percent} %",
        "review_clock": parameters.review_clock,
        "review_calendar": parameters.review_calendar or "the default one",
        "escalation": escalation_words(parameters.escalation),
        "on_silence": parameters.on_silence,
        "research_hold": research_hold_words(parameters.research_hold),
        "four_eyes_above": ", ".join(map(str, parameters.four_eyes_above)) or "none",
    }


def override_words(parameters: Parameters) -> Iterator[str]:
    """Each override as a partner reads it: "Protected 180 days for tier gold and country DE"."""
    for protection in parameters.protection_overrides:
        yield f"Protected for a time of its own: {_days(protection.days)} for {condition_words(protection)}"
    for review in parameters.review_overrides:
        hours = _hours(review.hours, parameters.review_clock)
        yield f"Decided within a time of its own: {hours} for {condition_words(review)}"


def parameter_faults(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """What is wrong with the parameters: (path such as "protection_overrides/0/days", sentence) for each fault."""
    for setting in SETTINGS:
        value = getattr(parameters, setting.name)
        if setting.high and not (value is None and setting.name == "capacity"):
            yield from _range_faults(setting.name, value, setting.low, setting.high)
    if parameters.minimum_amount is not None:
        yield from amount_faults("minimum_amount", parameters.minimum_amount)
    if parameters.protection_anchor not in ANCHORS:
        yield "protection_anchor", f"must be one of {', '.join(ANCHORS)}"
    if parameters.expiring_notice_days > parameters.protection_days:
        yield "expiring_notice_days", f"notice is longer than the protection of {parameters.protection_days} days"
    kinds = parameters.excluded_deal_types
    if len(set(kinds)) != len(kinds) or not all(kinds):
        yield "excluded_deal_types", "each deal type is named once, and none is empty"
    for index, protection in enumerate(parameters.protection_overrides):
        place = f"protection_overrides/{index}"
        yield from _range_faults(f"{place}/days", protection.days, 1, 3_650)
        yield from condition_faults(place, protection, "protection_days")
    for index, review in enumerate(parameters.review_overrides):
        place = f"review_overrides/{index}"
        yield from _range_faults(f"{place}/hours", review.hours, 1, 2_000)
        yield from condition_faults(place, review, "review_hours")
    if parameters.review_clock not in CLOCKS:
        yield "review_clock", f"must be one of {', '.join(CLOCKS)}"
    if parameters.on_silence not in SILENCES:
        yield "on_silence", f"must be one of {', '.join(SILENCES)}"
    if parameters.review_calendar is not None and parameters.review_clock == "wall":
        yield "review_calendar", "a wall clock counts all hours; leave the calendar out"
    yield from review_faults(parameters.escalation, parameters.research_hold, parameters.four_eyes_above)


def parameters_to_dict(parameters: Parameters) -> dict[str, Any]:
    """The parameters as JSON has them; money as a decimal string and a currency."""
    return _plain(parameters)


def _range_faults(path: str, value: int, low: int, high: int) -> Iterator[tuple[str, str]]:
    if not low <= value <= high:
        yield path, f"must be between {low} and {high}, not {value}"


def _plain(record: Any) -> dict[str, Any]:
    return {f.name: _plain_value(getattr(record, f.name)) for f in fields(record)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    if is_dataclass(value):
        return _plain(value)
    return [_plain_value(item) for item in value] if isinstance(value, tuple) else value


def _days(count: int) -> str:
    return _count(count, "day")


def _hours(count: int, clock: str) -> str:
    return _count(count, "business hour" if clock == "business" else "hour")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
