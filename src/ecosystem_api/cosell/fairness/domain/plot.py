"""A forest plot as SVG: for each group a point between two whiskers, beside the line where there is no difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

from ecosystem_api.cosell.fairness.domain.proportions import Interval

WIDTH: Final = 760
_LEFT, _RIGHT, _TOP, _ROW, _BELOW = 150, 110, 14, 30, 44
_LETTERS: Final = 20  # that fit left of the plot


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of the plot: `gap` is a share (0.1 is ten points), None where there is too little to tell."""

    label: str
    gap: Interval | None
    stands_out: bool


def forest(marks: Sequence[Mark], title: str, axis: str) -> str:
    """The plot of differences in points, as one SVG element of `WIDTH` and a row of 30 for each mark.

    Shape: colours are those of the page around it (`currentColor`); what stands out is a filled diamond, the others
    open circles, so that it shows without colours too. Edges: text is escaped; long labels end in an ellipsis and are
    whole in the row's tooltip.
    """
    step, reach = _scale([bound for mark in marks if mark.gap for bound in (mark.gap.low, mark.gap.high)])
    height = _TOP + _ROW * len(marks) + _BELOW
    floor_at = height - _BELOW
    parts = [f"<title>{escape(title)}</title>", *_axis(step, reach, floor_at, axis)]
    for number, mark in enumerate(marks):
        parts.append(_row(mark, _TOP + _ROW * number + _ROW / 2, reach))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" width="100%" '
        f'style="max-width: {WIDTH}px; font: 13px sans-serif" fill="currentColor">{"".join(parts)}</svg>'
    )


def place(value: float, reach: float) -> float:
    """Where a difference stands from the left, when the plot reaches as far to both sides of none."""
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (value + reach) / (2 * reach), 1)


def _scale(bounds: Sequence[float]) -> tuple[float, float]:
    """A round step (1, 2 or 5 times a power of ten) and the first multiple of it that holds every bound."""
    largest = max([abs(bound) for bound in bounds], default=0) or 0.1
    rough = largest / 4
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return step, step * ceil(round(largest / step, 9))


def _axis(step: float, reach: float, floor_at: float, axis: str) -> list[str]:
    parts = []
    for number in range(-round(reach / step), round(reach / step) + 1):
        at = place(number * step, reach)
        points = f"{number * step * 100:+.4g}" if number else "0"
        line = 'stroke-opacity=".7"' if number == 0 else 'stroke-opacity=".15"'
        parts.append(f'<line x1="{at}" x2="{at}" y1="{_TOP}" y2="{floor_at}" stroke="currentColor" {line}/>')
        parts.append(f'<text x="{at}" y="{floor_at + 16}" text-anchor="middle">{points}</text>')
    middle = place(0, reach)
    return [*parts, f'<text x="{middle}" y="{floor_at + 34}" text-anchor="middle">{escape(axis)}</text>']


def _row(mark: Mark, at: float, reach: float) -> str:
    label = mark.label if len(mark.label) <= _LETTERS else mark.label[: _LETTERS - 1] + "…"
    name = f'<text x="{_LEFT - 12}" y="{at + 4}" text-anchor="end">{escape(label)}</text>'
    if mark.gap is None:
        said = f'<text x="{WIDTH - _RIGHT + 12}" y="{at + 4}" fill-opacity=".6">too few</text>'
        return f"<g><title>{escape(mark.label)}: too few to say</title>{name}{said}</g>"
    low, middle, high = (place(value, reach) for value in (mark.gap.low, mark.gap.estimate, mark.gap.high))
    points = f"{mark.gap.estimate * 100:+.1f}"
    tip = f"{mark.label}: {points} points, between {mark.gap.low * 100:+.1f} and {mark.gap.high * 100:+.1f}"
    whiskers = f'<line x1="{low}" x2="{high}" y1="{at}" y2="{at}" stroke="currentColor" stroke-width="1.5"/>'
    shape = (
        f'<path d="M{middle} {at - 7}l7 7-7 7-7-7z"/>'
        if mark.stands_out
        else f'<circle cx="{middle}" cy="{at}" r="5" fill="Canvas" stroke="currentColor" stroke-width="1.5"/>'
    )
    weight = ' font-weight="bold"' if mark.stands_out else ""
    said = f'<text x="{WIDTH - _RIGHT + 12}" y="{at + 4}"{weight}>{points}</text>'
    return f"<g><title>{escape(tip)}</title>{name}{whiskers}{shape}{said}</g>"
