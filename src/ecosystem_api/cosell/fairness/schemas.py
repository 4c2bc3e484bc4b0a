"""The fairness report on the wire."""

from typing import Literal

from ecosystem_api.runtime.wire import Day, Wire, told

By = Literal["size", "persona", "tier"]
Adjusted = Literal["amount", "deal_type", "country", "persona", "tier", "size"]
VerdictWord = Literal["differs", "no_difference_found", "too_few"]


class IntervalRead(Wire):
    """An estimate between two bounds, with 95 % confidence."""

    estimate: float = told("The estimate.", 0.612)
    low: float = told("Its lower bound.", 0.55)
    high: float = told("Its upper bound.", 0.671)


class ComparedRead(Wire):
    """A group of partners beside all others."""

    group: str = told("The group; `none` stands for partners of no persona or tier, `unknown` for no size.", "small")
    partners: int = told("How many partners it has in this question.", 24)
    verdict: VerdictWord = told(
        "`differs` where chance hardly explains it, `no_difference_found` otherwise (which is no proof that there is "
        "none), `too_few` where the group or the others have fewer than five partners or twenty cases.",
        "differs",
    )
    p_value: float | None = told("How often exchanged partners stand out as much as these.", 0.0005)
    adjusted_p_value: float | None = told("The same, adjusted for the number of groups (Holm); the verdict's.", 0.002)
    sentence: str = told("The result in words.", "small: approved in 61.2 % of 240 cases, 9.8 points less than others.")


class SharesRead(ComparedRead):
    """How a group's cases ended beside those of others."""

    cases: int = told("How many cases it has.", 240)
    share: IntervalRead | None = told("The share, with Wilson's interval; null for too few.")
    difference: IntervalRead | None = told("To all others as they are, with Newcombe's interval.")
    adjusted_difference: IntervalRead | None = told(
        "To comparable cases of others: within strata, by Mantel and Haenszel's weights and Sato's interval."
    )
    chi_square: float | None = told("Statistic of Mantel and Haenszel over the strata, one degree of freedom.", 10.6)
    is_explained_by_mix: bool = told(
        "Whether the plain shares differ and those of comparable cases do not: another mix of deals, not another "
        "treatment.",
        False,
    )


class TimesRead(SharesRead):
    """How long a group's cases took: `share` is the part that took longer than the middle of comparable cases."""

    median_hours: IntervalRead | None = told("Hours from the question to the decision that settled it, in the middle.")


class OffersRead(ComparedRead):
    """How many offers of leads a group got, beside what equal chances among the eligible would have given it."""

    received: float | None = told("Its part of the offers.", 0.31)
    expected: float | None = told("Its part if everyone eligible had had the same chance.", 0.28)
    surplus: IntervalRead | None = told("The difference of the two.")


class ApprovalRead(Wire):
    """Whether registrations are approved alike."""

    cases: int = told("Registrations that were approved or rejected in the window, each by its last decision.", 812)
    groups: list[SharesRead] = told("Every group.")


class DecisionTimeRead(Wire):
    """Whether registrations are decided equally fast."""

    cases: int = told("Registrations that were approved or rejected in the window.", 812)
    groups: list[TimesRead] = told("Every group.")


class RoutingShareRead(Wire):
    """Whether leads are offered alike."""

    offers: int = told("Offers of the window for which more than one partner was eligible.", 120)
    groups: list[OffersRead] = told("Every group.")


class FairnessRead(Wire):
    """Whether groups of partners are treated alike, as far as the window's decisions and rankings can tell."""

    from_on: Day = told("First day of the window.")
    until_on: Day = told("First day after it.")
    by: By = told("What the groups are made by.", "size")
    adjust_for: list[Adjusted] = told("In what cases are comparable.", ["amount", "deal_type"])
    level: float = told("How often a false `differs` may occur among the groups of one question.", 0.05)
    approval: ApprovalRead = told("How registrations ended.")
    time_to_decision: DecisionTimeRead = told("How long that took.")
    routing: RoutingShareRead = told("Who was offered leads.")
    sizes_of_today: int = told(
        "Of how many registrations the partner's size is that of today, because that of the decision was not kept yet.",
        0,
    )
    caution: str = told(
        "How to read it.", "A difference is a reason to look, not a finding of intent; none found is no proof of none."
    )
