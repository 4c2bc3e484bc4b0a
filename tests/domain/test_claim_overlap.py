"""What overlaps: a product in common where both count; said once in Python, and once more by the constraint."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.selling.claims.domain import EVERYWHERE, Coverage, Extent, extent_of
from ecosystem_api.selling.deals.domain import Waiting, queue_of

PRODUCTS = [UUID(int=number) for number in range(1, 4)]
extents = st.sampled_from([EVERYWHERE, Extent("dach"), Extent("nordics"), Extent("uk")])
coverages = st.builds(Coverage, st.frozensets(st.sampled_from(PRODUCTS)), extents)
regions = st.none() | st.text(max_size=12) | st.sampled_from(["dach", " DACH", "Dach\u00a0", "süd", "SÜD", "su\u0308d"])


@given(one=coverages, other=coverages)
def test_overlap_is_mutual_and_part_of_what_includes(one: Coverage, other: Coverage) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(one) == bool(one.product_ids)
    if one.includes(other) and other.product_ids:
        assert one.overlaps(other)
    assert (
        one.includes(other)
        == all(
            one.overlaps(Coverage(frozenset((product,)), where))
            for product in other.product_ids
            for where in ((other.extent,) if other.extent.region else (EVERYWHERE, Extent("dach"), Extent("nordics")))
        )
        or not other.product_ids
    )


@given(one=regions, other=regions)
def test_unless_claims_are_by_region_only_products_count(one: str | None, other: str | None) -> None:
    assert extent_of(one, by_region=False) == extent_of(other, by_region=False) == EVERYWHERE
    for products in (frozenset(PRODUCTS[:1]), frozenset(PRODUCTS[1:])):
        both = (Coverage(frozenset(PRODUCTS[:2]), extent_of(one, by_region=False)), Coverage(products, EVERYWHERE))
        assert both[0].overlaps(both[1]), "as before there were regions"


@given(region=regions)
def test_a_region_is_one_however_it_is_written(region: str | None) -> None:
    extent = extent_of(region)
    assert extent == extent_of(extent.region)
    if region is not None:
        assert extent == extent_of(f"  {region}\t") == extent_of(region.casefold())
        assert (extent == EVERYWHERE) == (not region.strip())


@given(waiting=st.lists(coverages, max_size=6), asked=coverages)
def test_a_queue_is_who_waits_for_what_overlaps_by_time(waiting: list[Coverage], asked: Coverage) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    line = [Waiting(UUID(int=n), UUID(int=n), began - timedelta(n), one) for n, one in enumerate(waiting)]
    queue = queue_of(asked, line)
    assert {one.deal_id for one in queue} == {one.deal_id for one in line if one.coverage.overlaps(asked)}
    assert [one.submitted_at for one in queue] == sorted(one.submitted_at for one in queue)
