"""Parameters are typed data; the first protection override that applies decides."""

from dataclasses import fields, replace
from typing import Any

import pytest

from ecosystem_api.kernel.money import Money
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    SETTINGS,
    Parameters,
    ProtectionOverride,
    RuleBookInvalid,
    compile_book,
    example_facts,
    protection_days,
)
from ecosystem_api.rules.parameters import PARAMETER_TYPES, parameter_values

EUR_100K = Money(10_000_000, "EUR")


def deal(**changes: Any) -> dict[str, dict[str, Any]]:
    facts = example_facts()
    for name, value in changes.items():
        facts["partner" if name in ("tier", "personas") else "deal"][name] = value
    return facts


def test_without_overrides_the_default_protects() -> None:
    assert protection_days(Parameters(protection_days=120), deal()) == 120


@pytest.mark.parametrize(
    ("override", "applying", "not_applying"),
    [
        ({"persona": "gsi"}, {"personas": ["var", "gsi"]}, {"personas": ["var"]}),
        ({"tier": "gold"}, {"tier": "gold"}, {"tier": ""}),
        ({"country": "BR"}, {"country": "BR"}, {"country": "DE"}),
        (
            {"minimum_amount": EUR_100K},
            {"currency": "EUR", "amount_minor": 10_000_000},
            {"currency": "EUR", "amount_minor": 9_999_999},
        ),
        (
            {"tier": "gold", "country": "BR"},
            {"tier": "gold", "country": "BR"},
            {"tier": "gold", "country": "DE"},
        ),
    ],
)
def test_an_override_applies_when_every_condition_it_states_is_met(
    override: dict[str, Any], applying: dict[str, Any], not_applying: dict[str, Any]
) -> None:
    parameters = Parameters(protection_overrides=(ProtectionOverride(days=180, **override),))
    assert protection_days(parameters, deal(**applying)) == 180
    assert protection_days(parameters, deal(**not_applying)) == 90


def test_the_first_override_that_applies_decides() -> None:
    gold, germany = ProtectionOverride(days=60, tier="gold"), ProtectionOverride(days=180, country="DE")
    assert protection_days(Parameters(protection_overrides=(gold, germany)), deal(tier="gold", country="DE")) == 60
    assert protection_days(Parameters(protection_overrides=(germany, gold)), deal(tier="gold", country="DE")) == 180


def test_amounts_of_different_currencies_are_never_compared() -> None:
    parameters = Parameters(protection_overrides=(ProtectionOverride(days=180, minimum_amount=EUR_100K),))
    assert protection_days(parameters, deal(currency="USD", amount_minor=99_000_000)) == 90


def test_every_parameter_is_described_and_every_readable_one_has_a_value_of_its_type() -> None:
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Parameters)]
    kinds = {"int": int, "string": str, "bool": bool, "list<string>": list}
    values = parameter_values(Parameters())
    assert {name: type(value) for name, value in values.items()} == {n: kinds[t] for n, t in PARAMETER_TYPES.items()}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minimum_amount": Money(0, "EUR")}, "parameters/minimum_amount"),
        ({"minimum_amount": Money(2**63, "EUR")}, "parameters/minimum_amount"),
        ({"capacity": -1}, "parameters/capacity"),
        ({"protection_days": 0, "expiring_notice_days": 0}, "parameters/protection_days"),
        ({"protection_anchor": "birth"}, "parameters/protection_anchor"),
        ({"expiring_notice_days": 91}, "parameters/expiring_notice_days"),
        ({"review_hours": 0}, "parameters/review_hours"),
        ({"resubmission_limit": 101}, "parameters/resubmission_limit"),
        ({"excluded_deal_types": ("rfp", "rfp")}, "parameters/excluded_deal_types"),
        ({"vendor_engagement_days": -1}, "parameters/vendor_engagement_days"),
        ({"protection_overrides": (ProtectionOverride(days=60),)}, "parameters/protection_overrides/0"),
        (
            {"protection_overrides": (ProtectionOverride(days=0, tier="gold"),)},
            "parameters/protection_overrides/0/days",
        ),
        (
            {"protection_overrides": (ProtectionOverride(days=9, minimum_amount=Money(-1, "EUR")),)},
            "parameters/protection_overrides/0/minimum_amount",
        ),
    ],
)
def test_a_parameter_out_of_its_range_is_refused_where_it_stands(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBookInvalid) as refusal:
        compile_book(replace(DEFAULT_BOOK, parameters=replace(Parameters(), **changes)))
    assert [error.field for error in refusal.value.rule_errors] == [field]
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_no_limit_and_no_minimum_are_allowed() -> None:
    values = parameter_values(Parameters(capacity=None, minimum_amount=None))
    assert (values["capacity"], values["minimum_amount_minor"], values["minimum_amount_currency"]) == (-1, 0, "")
    compile_book(replace(DEFAULT_BOOK, parameters=Parameters(capacity=None)))
