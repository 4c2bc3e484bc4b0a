"""The plot of a fairness report shows what the numbers say."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.cosell.fairness.domain import WIDTH, Interval, Mark, forest

_SVG = "{http://www.w3.org/2000/svg}"
_bounds = st.floats(-1, 1, allow_subnormal=False).map(lambda value: round(value, 4))
_gaps = st.tuples(_bounds, _bounds, _bounds).map(lambda three: Interval(sorted(three)[1], min(three), max(three)))
_marks = st.builds(
    Mark, st.text(st.characters(codec="utf-8", exclude_categories=["C"])), _gaps | st.none(), st.booleans()
)


def drawn(*marks: Mark) -> ElementTree.Element:
    return ElementTree.fromstring(forest(marks, "Approval", "points"))  # noqa: S314 - our own text


def rows(plot: ElementTree.Element) -> list[ElementTree.Element]:
    return plot.findall(f"{_SVG}g")


@given(st.lists(_marks, min_size=1, max_size=6))
def test_every_group_is_drawn_to_one_scale_inside_the_frame(marks: list[Mark]) -> None:
    plot = drawn(*marks)
    assert len(rows(plot)) == len(marks)
    zero = next(line for line in plot.findall(f"{_SVG}line") if line.get("stroke-opacity") == ".7")
    none, height = float(zero.get("x1", 0)), float(plot.get("viewBox", "").split()[3])
    per_share = set()
    for mark, row in zip(marks, rows(plot), strict=True):
        whiskers = row.find(f"{_SVG}line")
        assert (whiskers is None) == (mark.gap is None)
        if whiskers is None or mark.gap is None:
            continue
        low, high = float(whiskers.get("x1", 0)), float(whiskers.get("x2", 0))
        assert 0 <= low <= high <= WIDTH
        assert 0 < float(whiskers.get("y1", 0)) < height
        per_share |= {
            round((at - none) / bound) for at, bound in ((low, mark.gap.low), (high, mark.gap.high)) if abs(bound) > 0.2
        }
        assert (row.find(f"{_SVG}path") is not None) == mark.stands_out, "what stands out has a shape of its own"
    assert not per_share or max(per_share) - min(per_share) <= 1


def test_the_line_of_no_difference_is_told_and_the_ticks_are_round() -> None:
    plot = drawn(Mark("small", Interval(-0.098, -0.17, -0.02), stands_out=True), Mark("large", None, stands_out=False))
    ticks = [text.text for text in plot.findall(f"{_SVG}text")][:-1]
    assert ticks == ["-20", "-15", "-10", "-5", "0", "+5", "+10", "+15", "+20"]
    told = [row.findtext(f"{_SVG}title") for row in rows(plot)]
    assert told == ["small: -9.8 points, between -17.0 and -2.0", "large: too few to say"]


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", 'a "quoted" & long name of a tier that does not fit'])
def test_a_name_of_the_vendor_is_text_and_nothing_else(label: str) -> None:
    plot = drawn(Mark(label, Interval(0.0, -0.1, 0.1), stands_out=False))
    (row,) = rows(plot)
    assert (row.findtext(f"{_SVG}title") or "").startswith(label)
    shown = row.findtext(f"{_SVG}text") or ""
    assert shown.endswith("…")
    assert label.startswith(shown[:-1])
