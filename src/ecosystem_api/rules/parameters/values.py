"""The parameters themselves, and what they say about a deal."""

from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, Literal

from ecosystem_api.kernel.money import Money
from ecosystem_api.rules.conditions import ProtectionOverride, applies
from ecosystem_api.rules.facts import Facts
from ecosystem_api.rules.parameters.settings import SETTINGS
from ecosystem_api.rules.reviewing import (
    DecidingTime,
    EscalationStep,
    ResearchHold,
    ReviewClock,
    ReviewOverride,
    Silence,
)

Anchor = Literal["submission", "approval"]
ANCHORS: Final[tuple[Anchor, ...]] = ("submission", "approval")
CHANGEABLE_FIELDS: Final = (
    "account", "amount", "country", "deal_type", "description", "expected_close_on", "products", "region", "title",
)  # fmt: skip
"""What of a registration can be amended."""
DISCLOSABLE_FIELDS: Final = ("amount", "opened_on", "products", "stage")
"""What a book may let a partner learn of the vendor's opportunity on its claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a vendor may turn without writing a rule. A parameter left out asks for nothing.

    Units: days are calendar days, review hours are those of the review clock. Of the overrides the first that applies
    decides.
    """

    minimum_amount: Money | None = None
    capacity: int | None = 25
    protection_days: int = 90
    protection_overrides: tuple[ProtectionOverride, ...] = ()
    protection_anchor: Anchor = "approval"
    expiring_notice_days: int = 14
    extension_limit: int | None = None
    extension_days: int | None = None
    extension_window_days: int | None = None
    extension_evidence: tuple[str, ...] = ()
    extension_grace_days: int = 0
    idle_days: int | None = None
    idle_overrides: tuple[ProtectionOverride, ...] = ()
    idle_notice_days: int = 14
    review_hours: int = 16
    resubmission_limit: int = 2
    excluded_deal_types: tuple[str, ...] = ("renewal", "rfp")
    territory_enforced: bool = True
    required_certifications: tuple[str, ...] = ()
    qualified_activities: tuple[str, ...] = ()
    vendor_engagement_days: int = 90
    material_fields: tuple[str, ...] = ("account", "amount", "country", "deal_type", "products")
    material_amount_percent: int = 0
    runner_up_percent: int = 0
    dispute_days: int = 30
    dispute_evidence_days: int = 7
    dispute_ruling_days: int = 21
    disputants_named: bool = False
    conflict_choice_days: int = 5
    obligation_days: int = 30
    opportunity_disclosure: tuple[str, ...] = ()
    flip_limit_percent: int = 5
    review_overrides: tuple[ReviewOverride, ...] = ()
    review_clock: ReviewClock = "business"
    review_calendar: str | None = None
    escalation: tuple[EscalationStep, ...] = ()
    on_silence: Silence = "nothing"
    research_hold: ResearchHold | None = None
    four_eyes_above: tuple[Money, ...] = ()
    dispute_ruling_hours: int | None = None
    overlap_by_region: bool = False


def protection_days(parameters: Parameters, facts: Facts) -> int:
    """How many days an approval of these facts protects: the first override that applies, or else the default."""
    applying = (override for override in parameters.protection_overrides if applies(override, facts))
    return next((override.days for override in applying), parameters.protection_days)


def idle_days(parameters: Parameters, facts: Facts) -> int | None:
    """How many days nothing may happen with a deal of these facts; None when the book does not ask."""
    applying = (override for override in parameters.idle_overrides if applies(override, facts))
    return next((override.days for override in applying), parameters.idle_days)


def review_hours(parameters: Parameters, facts: Facts) -> int:
    """Within how many hours a person decides about these facts: the first override that applies, or the default."""
    applying = (override for override in parameters.review_overrides if applies(override, facts))
    return next((override.hours for override in applying), parameters.review_hours)


def review_time(parameters: Parameters, facts: Facts) -> DecidingTime:
    """The time within which a person decides about these facts."""
    return DecidingTime(review_hours(parameters, facts), parameters.review_clock)


def ruling_time(parameters: Parameters) -> DecidingTime:
    """The time for a ruling: hours of the review clock where the book names some, or else calendar days."""
    if parameters.dispute_ruling_hours is not None:
        return DecidingTime(parameters.dispute_ruling_hours, parameters.review_clock)
    return DecidingTime(parameters.dispute_ruling_days * 24, "wall")


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


def is_material(parameters: Parameters, changed: Collection[str], amount_percent: int) -> bool:
    """Whether a change of these fields is material, the amount's by `amount_percent` (percent of the one before).

    Edges: where claims overlap by region another region is another claim, whatever else the book calls material.
    """
    material = {*parameters.material_fields, *(["region"] if parameters.overlap_by_region else [])} & set(changed)
    if amount_percent <= parameters.material_amount_percent:
        material.discard("amount")
    return bool(material)


def parameter_values(parameters: Parameters) -> dict[str, int | str | bool | list[str]]:
    """What rules read as `params`: plain values, every one present."""
    least = parameters.minimum_amount
    values: dict[str, Any] = {
        "minimum_amount_minor": least.minor if least else 0,
        "minimum_amount_currency": least.currency if least else "",
    }
    for name in [name for setting in SETTINGS for name, _ in setting.reads if name not in values]:
        value = getattr(parameters, name)
        values[name] = -1 if value is None else list(value) if isinstance(value, tuple) else value
    return values


def parameters_to_dict(parameters: Parameters) -> dict[str, Any]:
    """The parameters as JSON has them; money as a decimal string and a currency."""
    return _plain(parameters)


def _plain(record: Any) -> dict[str, Any]:
    return {f.name: _plain_value(getattr(record, f.name)) for f in fields(record)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    if is_dataclass(value):
        return _plain(value)
    return [_plain_value(item) for item in value] if isinstance(value, tuple) else value
