"""What each parameter means, which values it takes, and under which names and types rules read it."""

from dataclasses import dataclass, field
from typing import Final

from ecosystem_api.rules.facts import FactType


@dataclass(frozen=True, slots=True)
class Setting:
    """What a parameter means and which values it takes.

    Shape: `low` and `high` bound whole numbers, both included; `unit` is the noun they are counted in; `reads` are the
    names and types rules see it under. `fact` is the one in which rules see what it makes of a request. An optional one
    may be None, which rules read as -1.
    """

    name: str
    sentence: str
    low: int = 0
    high: int = 0
    unit: str = ""
    reads: tuple[tuple[str, FactType], ...] = field(default=())
    is_optional: bool = False
    fact: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """What a condition names to heed it: `params.capacity`, or the fact that is made with it."""
        return (*(f"params.{name}" for name, _ in self.reads), *filter(None, [self.fact]))


def _number(
    name: str, sentence: str, low: int, high: int, unit: str = "", *, is_optional: bool = False, fact: str = ""
) -> Setting:
    return Setting(name, sentence, low, high, unit, ((name, "int"),), is_optional, fact)


def _texts(name: str, sentence: str, *, fact: str = "") -> Setting:
    return Setting(name, sentence, reads=((name, "list<string>"),), fact=fact)


# fmt: off
SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "minimum_amount",
        "The smallest amount that can be registered. Rules read 0 when there is none.",
        reads=(("minimum_amount_minor", "int"), ("minimum_amount_currency", "string")),
    ),
    _number(
        "capacity",
        "How many registrations a partner may have open at a time. Rules read -1 when there is no limit.",
        0, 100_000, is_optional=True,
    ),
    _number("protection_days", "How long an approved registration is protected.", 1, 3_650, "day"),
    Setting("protection_overrides", "Protection windows for some registrations; the first that applies decides."),
    Setting(
        "protection_anchor",
        "The moment from which protection is counted.",
        reads=(("protection_anchor", "string"),),
    ),
    _number(
        "expiring_notice_days", "How long before the end of protection the partner is told.", 0, 3_650, "day",
    ),
    _number(
        "extension_limit",
        "How often a protection may be extended at the partner's request. Rules read -1 when there is no limit.",
        0, 100, "time", is_optional=True,
    ),
    _number(
        "extension_days",
        "How much longer a protection may become by extensions in all. Rules read -1 when there is no limit.",
        1, 3_650, "day", is_optional=True,
    ),
    _number(
        "extension_window_days",
        "How long before the end of protection an extension can be asked for. Rules read -1 for any time.",
        1, 3_650, "day", is_optional=True,
    ),
    _texts("extension_evidence", "Kinds of evidence of which a request for an extension shows one, if any is named."),
    _number(
        "extension_grace_days",
        "How long at least a protection runs on past its end while an extension that was asked for in time is "
        "undecided: as long as was asked for, if that is more, and until the answer is due.",
        0, 365, "day",
    ),
    _number(
        "idle_days",
        "How long nothing may happen with a protected deal. Rules read -1 when there is no limit.",
        1, 3_650, "day", is_optional=True,
    ),
    Setting("idle_overrides", "Times without progress for some registrations; the first that applies decides."),
    _number(
        "idle_notice_days", "How long before a deal counts as idle the partner is told.", 0, 3_650, "day",
    ),
    _number("review_hours", "Hours within which a person decides.", 1, 2_000, "hour"),
    _number(
        "resubmission_limit", "How often a rejected registration may be submitted again.", 0, 100, "time",
    ),
    _texts("excluded_deal_types", "Deal types that cannot be registered."),
    Setting("territory_enforced", "Whether a partner's territories count.", reads=(("territory_enforced", "bool"),)),
    _texts("required_certifications", "Certifications without which a partner's registrations are not complete."),
    _texts(
        "qualified_activities",
        "Kinds of activities of which one is noted on a deal before it is registered, if any is named.",
    ),
    _number(
        "vendor_engagement_days",
        "How recently the vendor's own team must have been active at a customer for the customer to count as engaged.",
        0, 3_650, "day",
    ),
    _texts("material_fields", "Fields of a registration whose amendment is material.", fact="request.is_material"),
    _number(
        "material_amount_percent",
        "By how much an amended amount may differ without being material, where amounts are.",
        0, 1_000, "%", fact="request.is_material",
    ),
    _number(
        "runner_up_percent",
        "The share of what a deal earns that goes to the partner whose claim the customer's written choice ended.",
        0, 100, "%",
    ),
    _number("dispute_days", "How long after a decision it can be disputed.", 0, 3_650, "day"),
    _number(
        "dispute_evidence_days",
        "How long each side of an appeal or a dispute has to bring evidence, from when it was asked.",
        1, 365, "day",
    ),
    _number(
        "dispute_ruling_days",
        "Within how long an appeal or a dispute is ruled on, where no hours are named for it.",
        1, 365, "day",
    ),
    Setting("disputants_named", "Whether the sides of a dispute learn who the other is and what it says."),
    _number(
        "conflict_choice_days",
        "How long our own team has to say how it makes good for an opportunity on a protected claim.",
        1, 365, "day",
    ),
    _number("obligation_days", "How long our own team has to make good once it said how.", 1, 365, "day"),
    Setting(
        "opportunity_disclosure",
        "What a partner learns of our own team's opportunity on its claim: any of amount, opened_on, products, stage.",
    ),
    _number(
        "flip_limit_percent",
        "How much of the recent past the next book may decide otherwise without a written reason, in percent.",
        0, 100, "%",
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
    _number(
        "dispute_ruling_hours",
        "Within how many hours of the review clock an appeal or a dispute is ruled on, instead of days. Rules read -1 "
        "where days count.",
        1, 2_000, "hour", is_optional=True,
    ),
    Setting(
        "overlap_by_region",
        "Whether a claim counts in the region of its registration alone, so that different partners may hold the same "
        "customer and product in different regions; one without a region counts everywhere.",
        reads=(("overlap_by_region", "bool"),),
    ),
)
# fmt: on

PARAMETER_TYPES: Final[dict[str, FactType]] = {name: kind for setting in SETTINGS for name, kind in setting.reads}
