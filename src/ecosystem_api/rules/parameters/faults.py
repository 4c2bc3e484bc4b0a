"""What can be wrong with parameters."""

from collections.abc import Collection, Iterator
from typing import Final

from ecosystem_api.kernel.counted import counted
from ecosystem_api.rules.conditions import amount_faults, condition_faults
from ecosystem_api.rules.parameters.settings import SETTINGS
from ecosystem_api.rules.parameters.values import ANCHORS, CHANGEABLE_FIELDS, DISCLOSABLE_FIELDS, Parameters
from ecosystem_api.rules.reviewing import CLOCKS, SILENCES, review_faults

_OVERRIDES: Final = (
    ("protection_overrides", "days", "protection_days", 3_650),
    ("idle_overrides", "days", "idle_days", 3_650),
    ("review_overrides", "hours", "review_hours", 2_000),
)


def parameter_faults(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """What is wrong with the parameters: (path such as "protection_overrides/0/days", sentence) for each fault."""
    for setting in SETTINGS:
        value = getattr(parameters, setting.name)
        if setting.high and not (value is None and setting.is_optional):
            yield from _range_faults(setting.name, value, setting.low, setting.high)
    if parameters.minimum_amount is not None:
        yield from amount_faults("minimum_amount", parameters.minimum_amount)
    if parameters.protection_anchor not in ANCHORS:
        yield "protection_anchor", f"must be one of {', '.join(ANCHORS)}"
    if parameters.expiring_notice_days > parameters.protection_days:
        protected = counted(parameters.protection_days, "day")
        yield "expiring_notice_days", f"notice is longer than the protection of {protected}"
    yield from _list_faults(parameters)
    for name, unit, default, most in _OVERRIDES:
        for index, override in enumerate(getattr(parameters, name)):
            place = f"{name}/{index}"
            yield from _range_faults(f"{place}/{unit}", getattr(override, unit), 1, most)
            yield from condition_faults(place, override, default)
    yield from _review_faults(parameters)
    shortest = min((one.days for one in parameters.idle_overrides), default=parameters.idle_days)
    shortest = min(shortest, parameters.idle_days) if shortest and parameters.idle_days else shortest
    if shortest is not None and parameters.idle_notice_days >= shortest:
        yield "idle_notice_days", f"notice is as long as the {counted(shortest, 'day')} without progress, or longer"


def _review_faults(parameters: Parameters) -> Iterator[tuple[str, str]]:
    if parameters.review_clock not in CLOCKS:
        yield "review_clock", f"must be one of {', '.join(CLOCKS)}"
    if parameters.on_silence not in SILENCES:
        yield "on_silence", f"must be one of {', '.join(SILENCES)}"
    if parameters.review_calendar is not None and parameters.review_clock == "wall":
        yield "review_calendar", "a wall clock counts all hours; leave the calendar out"
    yield from review_faults(parameters.escalation, parameters.research_hold, parameters.four_eyes_above)


def _list_faults(parameters: Parameters) -> Iterator[tuple[str, str]]:
    for name, noun in (
        ("excluded_deal_types", "deal type"),
        ("extension_evidence", "kind of evidence"),
        ("required_certifications", "certification"),
        ("qualified_activities", "kind of activity"),
        ("material_fields", "field"),
        ("opportunity_disclosure", "field"),
    ):
        values = getattr(parameters, name)
        if len(set(values)) != len(values) or not all(values):
            yield name, f"each {noun} is named once, and none is empty"
    for name, known in (("material_fields", CHANGEABLE_FIELDS), ("opportunity_disclosure", DISCLOSABLE_FIELDS)):
        unknown = [value for value in getattr(parameters, name) if value and not _is_known(name, value, known)]
        if unknown:
            yield name, f"{unknown[0]!r} is not one of {', '.join(known)}"


def _is_known(name: str, value: str, known: Collection[str]) -> bool:
    """Whether a field is one; of custom fields, as `custom_fields.{key}`, the compiler knows which there are."""
    return value in known or (name == "material_fields" and value.startswith("custom_fields."))


def _range_faults(path: str, value: int, low: int, high: int) -> Iterator[tuple[str, str]]:
    if not low <= value <= high:
        yield path, f"must be between {low} and {high}, not {value}"
