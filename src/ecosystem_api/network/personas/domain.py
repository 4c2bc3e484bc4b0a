"""The personas every vendor starts with: plain data, which the vendor may reword."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of partner: what it does, whom the vendor looks for, and what such a partner may do."""

    key: str
    label: str
    description: str
    profile_criteria: tuple[str, ...]
    rights: tuple[str, ...]


BUILT_IN: Final = (
    Persona(
        "var",
        "Value-added reseller",
        "Resells the product together with its own services, and often is the customer's first point of contact.",
        (
            "Sells security or infrastructure to customers of the size the product is made for.",
            "Has certified people before and after the sale.",
            "Owns the commercial relationship with its customers.",
        ),
        ("register_deals", "refer_leads", "transact", "deliver_implementations"),
    ),
    Persona(
        "msp",
        "Managed service provider",
        "Runs the product for its customers as a service, including security operations, for a recurring fee.",
        (
            "Operates customers' environments around the clock under service levels.",
            "Can integrate the product into its own service platform.",
            "Earns recurring revenue from the customers it would bring.",
        ),
        ("register_deals", "transact", "deliver_implementations", "first_line_support"),
    ),
    Persona(
        "gsi",
        "Global system integrator",
        "Designs and delivers large transformation programs in several countries, with the product as a part of them.",
        (
            "Leads programs at enterprise customers in more than one region.",
            "Has a practice in the product's field and people to staff it.",
            "Has executive access at the accounts the vendor wants to win.",
        ),
        ("register_deals", "refer_leads", "deliver_implementations"),
    ),
    Persona(
        "isv",
        "Independent software vendor",
        "Makes software that works with the product, and sells to the same customers.",
        (
            "Its software and the product do more together than apart.",
            "Shares customers or a target market with the vendor.",
            "Maintains a supported integration.",
        ),
        ("register_deals", "refer_leads"),
    ),
    Persona(
        "referral",
        "Influence and referral partner",
        "Advises customers and brings them to the vendor, but neither sells nor delivers the product.",
        (
            "Is trusted by the people who decide about the product.",
            "Hears of needs before they become projects.",
        ),
        ("refer_leads",),
    ),
)
