"""Parameters are typed data; the first protection override that applies decides."""

from dataclasses import fields, replace
from typing import Any

import pytest

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.money import Money
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    SETTINGS,
    Parameters,
    ProtectionOverride,
    RuleBookInvalid,
    book_from_dict,
    book_to_dict,
    compile_book,
    decide,
    example_facts,
    idle_days,
    is_material,
    protection_days,
)
from ecosystem_api.rules.parameters import PARAMETER_TYPES, parameter_values

EUR_100K = Money(10_000_000, "EUR")


def deal(**changes: Any) -> dict[str, dict[str, Any]]:
    facts = example_facts()
    for name, value in changes.items():
        group = "account" if name == "is_customer" else "partner" if name in ("tier", "personas") else "deal"
        facts[group][name] = value
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
        ({"customer": "existing"}, {"is_customer": True}, {"is_customer": False}),
        ({"customer": "new"}, {"is_customer": False}, {"is_customer": True}),
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
        ({"extension_days": 0}, "parameters/extension_days"),
        ({"extension_evidence": ("email", "")}, "parameters/extension_evidence"),
        ({"idle_days": 14}, "parameters/idle_notice_days"),
        (
            {"idle_days": 60, "idle_overrides": (ProtectionOverride(days=10, tier="gold"),)},
            "parameters/idle_notice_days",
        ),
        ({"idle_overrides": (ProtectionOverride(days=30),)}, "parameters/idle_overrides/0"),
        ({"material_fields": ("amount", "colour")}, "parameters/material_fields"),
        ({"runner_up_percent": 101}, "parameters/runner_up_percent"),
        (
            {"protection_overrides": (ProtectionOverride(days=60, customer="old"),)},
            "parameters/protection_overrides/0/customer",
        ),
        ({"resubmission_limit": 101}, "parameters/resubmission_limit"),
        ({"excluded_deal_types": ("rfp", "rfp")}, "parameters/excluded_deal_types"),
        ({"vendor_engagement_days": -1}, "parameters/vendor_engagement_days"),
        ({"dispute_evidence_days": 0}, "parameters/dispute_evidence_days"),
        ({"opportunity_disclosure": ("owner",)}, "parameters/opportunity_disclosure"),
        ({"opportunity_disclosure": ("stage", "stage")}, "parameters/opportunity_disclosure"),
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


def test_a_book_from_before_regions_keeps_its_fingerprint_and_knows_none() -> None:
    stored = book_to_dict(DEFAULT_BOOK)
    del stored["parameters"]["overlap_by_region"]
    book = compile_book(book_from_dict(stored), fingerprint=content_hash(stored))
    assert book.book.parameters.overlap_by_region is False
    assert decide(book, "deal_registration.submit", example_facts()).book_hash == content_hash(stored)


def test_another_region_is_material_where_claims_overlap_by_region() -> None:
    regional = Parameters(overlap_by_region=True, material_fields=())
    assert is_material(regional, ["region"], 0)
    assert not is_material(regional, ["title"], 0)
    assert not is_material(Parameters(material_fields=()), ["region"], 0)


def test_idle_days_have_windows_of_their_own_and_none_asks_for_nothing() -> None:
    msp = ProtectionOverride(days=30, persona="msp")
    assert idle_days(Parameters(), deal()) is None
    assert idle_days(Parameters(idle_days=60, idle_overrides=(msp,)), deal(personas=["msp"])) == 30
    assert idle_days(Parameters(idle_days=60, idle_overrides=(msp,)), deal(personas=["gsi"])) == 60
    assert idle_days(Parameters(idle_overrides=(msp,)), deal(personas=["gsi"])) is None


@pytest.mark.parametrize(
    ("changed", "amount_percent", "answer"),
    [
        (["title", "expected_close_on"], 0, False),
        (["amount"], 20, False),
        (["amount"], 21, True),
        (["amount", "products"], 1, True),
        ([], 0, False),
    ],
)
def test_a_change_is_material_by_its_fields_and_by_how_much_the_amount_changes(
    changed: list[str], amount_percent: int, answer: bool
) -> None:
    assert is_material(Parameters(material_amount_percent=20), changed, amount_percent) is answer
    assert is_material(Parameters(material_fields=()), changed, amount_percent) is False


def test_a_book_stored_before_a_parameter_existed_keeps_its_meaning_and_its_fingerprint() -> None:
    stored = book_to_dict(DEFAULT_BOOK)
    later = {"extension_limit", "idle_days", "idle_overrides", "material_fields", "runner_up_percent", "dispute_days"}
    stored["parameters"] = {name: value for name, value in stored["parameters"].items() if name not in later}
    stored["parameters"]["protection_overrides"] = [{"days": 120, "tier": "gold"}]
    again = book_from_dict(stored)
    compiled = compile_book(again, fingerprint=content_hash(stored))
    assert compiled.hash == content_hash(stored)
    assert again.parameters.idle_days is None
    assert again.parameters.protection_overrides == (ProtectionOverride(days=120, tier="gold"),)
