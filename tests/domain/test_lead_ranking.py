"""Who gets a lead: exact points, explained, the same every time; the floor keeps its share without chance."""

import random
from dataclasses import replace
from fractions import Fraction

from ecosystem_api.cosell.routing.domain import Candidate, Floor, FloorRecord, Policy, Record, Wanted, rank
from ecosystem_api.cosell.routing.domain.criteria import performance, pool_of

POLICY = Policy(
    weights={
        "geography": 30, "vertical": 20, "skills": 20, "certifications": 10, "performance": 10, "capacity": 10
    },
    personas=(),
    tiers=(),
    capacity=10,
    minimum_points=0,
    floor=Floor(share_percent=0, below_leads=3, window_days=90),
    history_days=365,
    prior_leads=10,
    answer_hours=48,
    most_rounds=5,
    disclose=(),
)  # fmt: skip
WANTED = Wanted("DE", "dach", "healthcare", ("siem", "incident_response"), ())
NOTHING = Record(0, 0, 0, 0, 0)
NONE_YET = FloorRecord(0, 0)


def candidate(name: str, **fields: object) -> Candidate:
    plain = Candidate(
        partner_id=name, country="FR", territories=("DE", "FR"), regions=(), verticals=(), skills=(),
        certifications=(), personas=("var",), tier="gold", record=NOTHING, in_hand=0, received=5, last_offered_at="",
        is_asked=False, outcome="approve", reasons=("lead_clear",),
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]


def test_points_are_the_sum_of_what_each_criterion_adds_and_what_is_not_asked_counts_for_nobody() -> None:
    one = candidate("par_1", country="DE", verticals=("healthcare",), skills=("siem",), in_hand=5)
    (placed,) = rank(POLICY, WANTED, [one], NONE_YET).placed
    added = {criterion.name: (criterion.ratio, criterion.points) for criterion in placed.criteria}
    # Weights asked for: 90 of 100, for nobody is asked for a certification.
    assert added == {
        "geography": (10_000, 3333), "vertical": (10_000, 2223), "skills": (5_000, 1111), "certifications": (None, 0),
        "performance": (5_000, 555), "capacity": (5_000, 556),
    }  # fmt: skip
    assert placed.points == sum(points for _, points in added.values()) == 7778


def test_nearness_has_four_grades() -> None:
    where = {
        "seat": candidate("a", country="DE"),
        "territory": candidate("b"),
        "region": candidate("c", territories=("FR",), regions=("dach",)),
        "everywhere": candidate("d", territories=()),
        "elsewhere": candidate("e", territories=("FR",)),
    }
    ranking = rank(POLICY, WANTED, list(where.values()), NONE_YET)
    found = {one.partner_id: (one.criteria[0].found, one.criteria[0].ratio) for one in ranking.placed}
    assert [one.partner_id for one in ranking.placed] == list("abcde")
    grades = (10_000, 7_500, 5_000, 2_500, 0)
    assert found == dict(zip("abcde", zip(where, grades, strict=True), strict=True))


def test_among_equals_who_got_less_and_waited_longer_comes_first() -> None:
    equals = [
        candidate("d", received=4),
        candidate("c", received=3, last_offered_at="2026-02-01T00:00:00+00:00"),
        candidate("b", received=3, last_offered_at="2026-01-01T00:00:00+00:00"),
        candidate("a", received=3, last_offered_at="2026-02-01T00:00:00+00:00"),
    ]
    for seed in range(5):
        shuffled = random.Random(seed).sample(equals, len(equals))
        assert [one.partner_id for one in rank(POLICY, WANTED, shuffled, NONE_YET).placed] == ["b", "a", "c", "d"]


def test_who_does_not_come_into_question_is_told_with_every_reason() -> None:
    strict = replace(POLICY, personas=("msp",), tiers=("platinum",), minimum_points=9_000, capacity=2)
    one = candidate("a", outcome="review", reasons=("outside_territory",), in_hand=2, is_asked=True)
    ranking = rank(strict, WANTED, [one], NONE_YET)
    assert ranking.placed == ()
    assert ranking.left[0].reasons == (
        "outside_territory", "asked_before", "persona_not_wanted", "tier_not_wanted", "at_capacity", "below_minimum"
    )  # fmt: skip


def test_a_short_record_is_shrunk_to_that_of_all_partners() -> None:
    long, short = Record(100, 80, 500_000, 40, 20), Record(1, 0, 0, 0, 0)
    pool = pool_of([long, short, NOTHING])
    assert pool == Record(101, 80, 500_000, 40, 20)

    def worth(record: Record) -> Fraction:
        found = performance(POLICY, record, pool)
        assert found is not None
        return found[0]

    mean = (Fraction(80, 101) + Fraction(50, 101) + Fraction(1, 2)) / 3
    assert worth(NOTHING) == mean
    # (0 + 10 · 80/101) / (1 + 10) for the leads accepted, and so on: one refusal costs a little, not everything.
    expected = (Fraction(10 * 80, 101) / 11 + Fraction(10 * 50, 101) / 11 + Fraction(1, 2)) / 3
    assert worth(short) == expected
    assert mean - worth(short) < Fraction(1, 25)
    assert worth(long) > mean
    # Where nobody has a record yet, all stand in the middle.
    assert performance(POLICY, NOTHING, pool_of([NOTHING])) == (Fraction(1, 2), "accepted 0/0, won 0/0")


def test_the_floor_gets_its_share_of_every_stretch_and_nothing_is_drawn_by_lot() -> None:
    policy = replace(POLICY, floor=Floor(share_percent=20, below_leads=3, window_days=90))
    star, new = candidate("star", country="DE", received=50), candidate("new", received=0)
    record, turns = NONE_YET, []
    for _ in range(100):
        ranking = rank(policy, WANTED, [star, new], record)
        first = ranking.placed[0]
        assert ranking.has_floor
        assert ranking.is_floor_turn == (first.partner_id == "new")
        turns.append(first.is_below_floor)
        record = FloorRecord(record.routed + 1, record.given + first.is_below_floor)
        assert record.given >= record.routed * 20 // 100
    assert sum(turns) == 20
    assert [place for place, turn in enumerate(turns, 1) if turn] == list(range(5, 101, 5))


def test_a_floor_that_nobody_stands_below_waits_without_piling_up() -> None:
    policy = replace(POLICY, floor=Floor(share_percent=50, below_leads=3, window_days=90))
    ranking = rank(policy, WANTED, [candidate("star", received=50)], FloorRecord(10, 0))
    assert not ranking.has_floor
    assert not ranking.is_floor_turn


def test_any_set_of_partners_is_ranked_in_one_way_whatever_their_order() -> None:
    draw = random.Random(7)
    words = ("healthcare", "retail", "siem", "incident_response", "DE", "FR", "AT")

    def some() -> tuple[str, ...]:
        return tuple(sorted(draw.sample(words, draw.randint(0, 4))))

    for _ in range(50):
        partners = [
            candidate(
                f"par_{number:02}", territories=some(), verticals=some(), skills=some(), received=draw.randint(0, 6),
                in_hand=draw.randint(0, 12), record=Record(8, draw.randint(0, 8), draw.randint(0, 80_000), 3, 1),
            )
            for number in range(20)
        ]  # fmt: skip
        once = rank(replace(POLICY, floor=Floor(30, 3, 90)), WANTED, partners, FloorRecord(9, 2))
        again = rank(replace(POLICY, floor=Floor(30, 3, 90)), WANTED, partners[::-1], FloorRecord(9, 2))
        assert once == again
        assert len(once.placed) + len(once.left) == 20
        assert all(0 <= one.points <= 10_000 for one in once.placed)
