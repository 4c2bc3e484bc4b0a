"""Parameters as a partner reads them."""

from collections.abc import Iterator
from typing import Any

from ecosystem_api.kernel.counted import counted
from ecosystem_api.rules.conditions import condition_words
from ecosystem_api.rules.parameters.settings import SETTINGS
from ecosystem_api.rules.parameters.values import Parameters
from ecosystem_api.rules.reviewing import escalation_words, research_hold_words

_OVERRIDES = ("protection_overrides", "idle_overrides", "review_overrides")


def parameter_words(parameters: Parameters) -> dict[str, str]:
    """Each parameter as a partner reads it, by name; sentences of rules fill their placeholders from here."""
    words = {
        setting.name: _word(getattr(parameters, setting.name), setting.unit)
        for setting in SETTINGS
        if setting.name not in _OVERRIDES
    }
    return words | {
        "review_hours": _hours(parameters.review_hours, parameters.review_clock),
        "dispute_ruling_hours": _hours(parameters.dispute_ruling_hours, parameters.review_clock),
        "review_calendar": parameters.review_calendar or "the default one",
        "escalation": escalation_words(parameters.escalation),
        "research_hold": research_hold_words(parameters.research_hold),
    }


def override_words(parameters: Parameters) -> Iterator[str]:
    """Each override as a partner reads it: "Protected for a time of its own: 180 days for tier gold"."""
    heads = ("Protected for a time of its own", "Idle after a time of its own", "Decided within a time of its own")
    for head, words in zip(heads, _overrides(parameters).values(), strict=True):
        yield from (f"{head}: {one}" for one in words)


def setting_words(parameters: Parameters) -> dict[str, str]:
    """Every parameter as a partner reads it, by name, overrides as well."""
    overrides = {name: "; ".join(words) or "none" for name, words in _overrides(parameters).items()}
    return parameter_words(parameters) | overrides


def _overrides(parameters: Parameters) -> dict[str, list[str]]:
    clock = parameters.review_clock
    days = {name: getattr(parameters, name) for name in _OVERRIDES[:2]}
    found = {
        name: [f"{_word(one.days, 'day')} for {condition_words(one)}" for one in held] for name, held in days.items()
    }
    hours = [f"{_hours(one.hours, clock)} for {condition_words(one)}" for one in parameters.review_overrides]
    return {**found, "review_overrides": hours}


def _hours(count: int | None, clock: str) -> str:
    return _word(count, "business hour" if clock == "business" else "hour")


def _word(value: Any, unit: str) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if unit == "%":
        return f"{value} %"
    return counted(value, unit) if unit else str(value)
