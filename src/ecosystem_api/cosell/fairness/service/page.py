"""The report as people would rather see it: a plot for each question, and under it every group in words."""

from collections.abc import Sequence
from html import escape
from typing import Final

from ecosystem_api.cosell.fairness.domain import Interval, Mark, forest
from ecosystem_api.cosell.fairness.schemas import ComparedRead, FairnessRead, IntervalRead, OffersRead, SharesRead

_HOW_TO_READ: Final = (
    "Each mark is a group's difference to comparable cases of all others; the line through it is its interval of 95 %. "
    "A filled diamond differs: chance hardly explains it."
)
_WORDS: Final = {"deal_type": "type of deal"}


def as_html(report: FairnessRead) -> str:
    """The report as one HTML article with its plots as SVG, for any page to embed; all text of the vendor is escaped.

    Edges: it loads nothing and runs nothing; a question of which nothing is known says so.
    """
    alike = " and ".join(_WORDS.get(name, name) for name in report.adjust_for)
    window = f"{report.from_on} to {report.until_on} (not included), by {report.by}."
    compared = f"Comparable cases are alike in {alike}." if alike else "All cases are taken for comparable."
    parts = [
        "<h1>Are partners treated alike?</h1>",
        f"<p>{escape(window)} {escape(compared)}</p>",
        f"<p>{escape(_HOW_TO_READ)}</p>",
        *_question("Approval", "share approved: points above (+) or below (−) others", report.approval.groups),
        *_question(
            "Time to decision",
            "share decided late: points above (+) or below (−) others",
            report.time_to_decision.groups,
        ),
        *_question(
            "Routing", "share of the offers: points above (+) or below (−) equal chances", report.routing.groups
        ),
        f"<p>{escape(report.caution)}</p>",
    ]
    return '<article class="fairness-report">\n' + "\n".join(parts) + "\n</article>\n"


def _question(name: str, axis: str, groups: Sequence[ComparedRead]) -> list[str]:
    if not groups:
        return [f"<h2>{name}</h2>", "<p>Nothing of the kind happened in the window.</p>"]
    plot = forest([Mark(one.group, _gap(one), one.verdict == "differs") for one in groups], name, axis)
    said = "".join(f"<li>{escape(one.sentence)}</li>" for one in groups)
    return [f"<h2>{name}</h2>", f"<figure>{plot}</figure>", f"<ul>{said}</ul>"]


def _gap(one: ComparedRead) -> Interval | None:
    found: IntervalRead | None = None
    if isinstance(one, SharesRead):
        found = one.adjusted_difference or one.difference
    elif isinstance(one, OffersRead):
        found = one.surplus
    return Interval(found.estimate, found.low, found.high) if found else None
