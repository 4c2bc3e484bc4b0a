"""The facts a rule may read, declared once: the checker, the validation and the reference are all made of this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

FactType = Literal["int", "string", "bool", "list<string>"]

Facts = Mapping[str, Mapping[str, Any]]
"""A snapshot: group → name → value, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known when a decision is made.

    Shape: rules write `group.name`; `words` is how a sentence to a partner names it; `sentence` says what it means, its
    unit and what stands there when it is unknown.
    """

    group: str
    name: str
    type: FactType
    example: int | str | bool | tuple[str, ...]
    words: str
    sentence: str

    @property
    def path(self) -> str:
        """How an expression writes the fact."""
        return f"{self.group}.{self.name}"


def _group(group: str, *rows: tuple[str, FactType, Any, str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(group, *row) for row in rows)


# fmt: off
_DEAL: Final = _group(
    "deal",
    ("amount_minor", "int", 5_000_000, "the deal's amount",
     "Expected amount in minor units of its currency (cents); 0 while unknown."),
    ("currency", "string", "USD", "the deal's currency",
     'ISO 4217 code of the amount; "" while unknown.'),
    ("type", "string", "new_business", "the deal's type",
     'What is sold: "new_business", "expansion", "renewal", "rfp", or a word of the vendor.'),
    ("products", "list<string>", ("EDR-100",), "the deal's products",
     "Product codes (SKUs) of the deal."),
    ("country", "string", "DE", "the deal's country",
     'ISO 3166-1 code of where the product will be used; "" while unknown.'),
    ("region", "string", "dach", "the deal's region",
     'Sales region in the vendor\'s own words; "" when there is none.'),
    ("missing", "list<string>", (), "the fields still missing",
     "Fields that a complete registration needs and this one lacks."),
    ("expected_close_days", "int", 60, "the days until the expected close",
     "Days from now to the expected close; -1 while unknown."),
    ("resubmissions", "int", 0, "the number of resubmissions",
     "How often this registration was submitted again after a rejection."),
)
_PARTNER: Final = _group(
    "partner",
    ("status", "string", "active", "your standing",
     'Standing in the program: "active", "suspended", or another state of the partner.'),
    ("personas", "list<string>", ("var",), "your personas",
     "What kinds of partner it is: var, msp, gsi, isv, referral, or words of the vendor."),
    ("tier", "string", "gold", "your tier",
     'Program tier; "" when it has none.'),
    ("country", "string", "DE", "your country",
     "ISO 3166-1 code of where the partner is established."),
    ("territories", "list<string>", ("AT", "DE"), "your territories",
     "ISO 3166-1 codes of the countries it may sell in; empty means everywhere."),
    ("open_registrations", "int", 3, "your open registrations",
     "Registrations of the partner that are open now; this one and those returned to it are not counted."),
    ("certifications", "list<string>", ("EDR-PRO",), "your certifications",
     "Codes of the certifications that its people hold and that have not expired."),
)
_ACCOUNT: Final = _group(
    "account",
    ("country", "string", "DE", "the customer's country",
     'ISO 3166-1 code of the end customer\'s seat; "" while unknown.'),
    ("is_customer", "bool", False, "whether the account is a customer already",
     "The end customer already has a running subscription with the vendor."),
    ("vendor_engaged", "bool", False, "whether the vendor is engaged",
     "The vendor's own team has an open opportunity at the account."),
    ("vendor_engaged_days", "int", -1, "the days since the vendor was last active",
     "Days since the vendor's own team was last active at the account; -1 means never."),
)
_CLAIMS: Final = _group(
    "claims",
    ("held_by_other", "bool", False, "whether another claim is protected",
     "Another partner holds a protected claim on this customer and a product in common, or is next to get one that "
     "has just ended. Where claims overlap by region, only those in one region count, and those that are everywhere."),
    ("held_by_self", "bool", False, "whether you hold a claim",
     "This partner already holds a claim on this customer and a product in common."),
    ("held_by_relative", "bool", False, "whether a claim is protected at a related company",
     "Another partner holds a protected claim on a product in common at another company of the customer's family, as "
     "confirmed for today or by a web domain in common."),
    ("possible_matches", "int", 0, "the number of possible customers",
     "Accounts that may be this customer without evidence that settles it; 0 means that the customer is certain."),
    ("queue_length", "int", 0, "the length of the queue",
     "Registrations already waiting behind the protected claim."),
)
_PROGRESS: Final = _group(
    "progress",
    ("stage", "string", "qualified", "the sales stage",
     "Where the sale stands: prospect, qualified, technical_validation, business_validation, committed."),
    ("activities", "list<string>", ("meeting",), "the activities noted",
     "Kinds of the activities noted on the deal that the partner reads, each once: meeting, call, demo, proposal, "
     "pilot, other."),
    ("idle_days", "int", 3, "the days without progress",
     "Whole days since something last happened with the deal."),
)
_PROTECTION: Final = _group(
    "protection",
    ("days_left", "int", 20, "the days of protection left",
     "Whole days until the registration's protection ends; -1 while it has none."),
    ("extensions", "int", 0, "the number of extensions",
     "How often the protection was extended until now."),
    ("extended_days", "int", 0, "the days of extension",
     "By how many days the protection was extended until now, in all."),
)
_REQUEST: Final = _group(
    "request",
    ("days", "int", 30, "the days asked for",
     "Days of protection that an extension would add; 0 where none is asked for."),
    ("evidence", "list<string>", ("customer_statement",), "the evidence shown",
     "Kinds of evidence that are shown with the request, each once."),
    ("fields", "list<string>", ("expected_close_on",), "the fields to change",
     "Fields that an amendment would change; empty where none is asked for."),
    ("amount_percent", "int", 0, "the change of the amount",
     "By how much an amendment would change the amount, in percent of the one before, rounded up; 100 where currencies "
     "differ or there was none."),
    ("is_material", "bool", False, "whether the change is material",
     "Whether the amendment is material by the book's parameters."),
)
# fmt: on

FACTS: Final[tuple[Fact, ...]] = _DEAL + _PARTNER + _ACCOUNT + _CLAIMS + _PROGRESS + _PROTECTION + _REQUEST

GROUPS: Final[dict[str, dict[str, Fact]]] = {
    group: {fact.name: fact for fact in FACTS if fact.group == group}
    for group in dict.fromkeys(fact.group for fact in FACTS)
}


UNASKED: Final[Facts] = {
    "progress": {"stage": "prospect", "activities": [], "idle_days": 0},
    "protection": {"days_left": -1, "extensions": 0, "extended_days": 0},
    "request": {"days": 0, "evidence": [], "fields": [], "amount_percent": 0, "is_material": False},
}
"""The groups that only some actions are about, as they stand where nothing of the kind is asked."""


def example_facts() -> dict[str, dict[str, Any]]:
    """A complete snapshot in which nothing stands in the way, made of each fact's example."""
    return {group: {name: example_of(fact) for name, fact in facts.items()} for group, facts in GROUPS.items()}


def example_of(fact: Fact) -> int | str | bool | list[str]:
    """The example of a fact as JSON has it."""
    return list(fact.example) if isinstance(fact.example, tuple) else fact.example
