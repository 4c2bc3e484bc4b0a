"""Values of a book that hold for some requests only: which ones, and how a partner reads it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from ecosystem_api.kernel.money import Money
from ecosystem_api.rules.facts import Facts

CUSTOMERS: Final = ("new", "existing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a request must be for a value of its own.

    Shape: None states no condition; at least one is stated. `country` is the deal's; `customer` is "new" or "existing".
    Edges: a minimum amount is met only in its own currency, because nothing is converted.
    """

    persona: str | None = None
    tier: str | None = None
    country: str | None = None
    customer: str | None = None
    minimum_amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionOverride(Condition):
    """A protection window of its own for registrations that meet every condition it states."""

    days: int


def applies(condition: Condition, facts: Facts) -> bool:
    """Whether a request meets every condition that is stated."""
    deal, partner = facts["deal"], facts["partner"]
    least = condition.minimum_amount
    return (
        (condition.persona is None or condition.persona in partner["personas"])
        and (condition.tier is None or condition.tier == partner["tier"])
        and (condition.country is None or condition.country == deal["country"])
        and (condition.customer is None or (condition.customer == "existing") == facts["account"]["is_customer"])
        and (least is None or (least.currency == deal["currency"] and deal["amount_minor"] >= least.minor))
    )


def condition_words(condition: Condition) -> str:
    """The conditions as a partner reads them: "tier gold and country DE"."""
    named = (("persona", condition.persona), ("tier", condition.tier), ("country", condition.country))
    words = [f"{name} {value}" for name, value in named if value is not None]
    if condition.customer is not None:
        words.append(f"{condition.customer} customers")
    if condition.minimum_amount is not None:
        words.append(f"an amount of at least {condition.minimum_amount}")
    return " and ".join(words)


def condition_faults(place: str, condition: Condition, default: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the conditions at a place whose default is set by another parameter."""
    if all(getattr(condition, each.name) is None for each in fields(Condition)):
        yield place, f"states no condition; the default is set by {default}"
    if condition.customer not in (None, *CUSTOMERS):
        yield f"{place}/customer", f"must be one of {', '.join(CUSTOMERS)}"
    if condition.minimum_amount is not None:
        yield from amount_faults(f"{place}/minimum_amount", condition.minimum_amount)


def amount_faults(path: str, amount: Money) -> Iterator[tuple[str, str]]:
    """What is wrong with an amount that something begins at."""
    if not 0 < amount.minor < 2**63:
        yield path, "must be more than zero (and fit in 64 bits); leave it out where there is no minimum"
