"""Identifiers keep their kind, their order and their time."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.ids import InvalidId, decode, encode, new_uuid, uuid_time

VECTORS = [
    ("00000000-0000-0000-0000-000000000000", "00000000000000000000000000"),
    ("00000000-0000-0000-0000-000000000001", "00000000000000000000000001"),
    ("00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"),
    ("00000000-0000-0000-0000-000000000010", "0000000000000000000000000g"),
    ("00000000-0000-0000-0000-000000000020", "00000000000000000000000010"),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
    ("0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"),
    ("01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"),
]
PREFIXES = st.from_regex(r"[a-z]([a-z_]{0,61}[a-z])?", fullmatch=True)
INSTANTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis takes bounds without zone and adds it
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(("uuid", "suffix"), VECTORS)
def test_the_vectors_of_the_typeid_specification_hold_both_ways(uuid: str, suffix: str) -> None:
    assert encode("prefix", UUID(uuid)) == "prefix_" + suffix
    assert decode("prefix", "prefix_" + suffix) == UUID(uuid)


@given(PREFIXES, st.uuids())
def test_what_is_encoded_decodes_to_itself(prefix: str, value: UUID) -> None:
    assert decode(prefix, encode(prefix, value)) == value


@given(st.uuids(), st.uuids())
def test_the_text_sorts_like_the_uuid(one: UUID, other: UUID) -> None:
    assert (encode("deal", one) < encode("deal", other)) == (one < other)


@given(st.text())
def test_any_other_text_is_refused_as_an_invalid_id(text: str) -> None:
    with pytest.raises(InvalidId):
        decode("deal", text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("par_01h455vb4pex5vsknk084sn02q", "starts with 'deal_'"),
        ("01h455vb4pex5vsknk084sn02q", "starts with 'deal_'"),
        ("_01h455vb4pex5vsknk084sn02q", "starts with 'deal_'"),
        ("DEAL_01h455vb4pex5vsknk084sn02q", "starts with 'deal_'"),
        ("deal_01h455vb4pex5vsknk084sn02", "26 characters after 'deal_', got 25"),
        ("deal_01h455vb4pex5vsknk084sn02qq", "26 characters after 'deal_', got 27"),
        ("deal_01H455VB4PEX5VSKNK084SN02Q", "lowercase letters without i, l, o, u"),
        ("deal_01h455vb4pex5vsknk084sn0lq", "lowercase letters without i, l, o, u"),
        ("deal_01h455vb4pex5vsknk084sn0\u0662q", "lowercase letters without i, l, o, u"),
        ("deal_80000000000000000000000000", "from 0 to 7"),
    ],
)
def test_a_refused_id_says_what_would_be_right(text: str, advice: str) -> None:
    with pytest.raises(InvalidId, match=advice):
        decode("deal", text)


@pytest.mark.parametrize("prefix", ["", "Deal", "deal_", "_deal", "deal2", "d-l", "déal", "a" * 64, "deal\n"])
def test_a_prefix_outside_the_specification_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="lowercase letters"):
        encode(prefix, UUID(int=0))


def test_a_new_uuid_is_version_seven_of_the_standard_variant_and_of_now() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    value = new_uuid()
    assert value.version == 7
    assert value.variant == "specified in RFC 4122"
    assert before <= uuid_time(value) <= datetime.now(UTC)


def test_new_uuids_only_grow() -> None:
    values = [new_uuid() for _ in range(5_000)]
    assert values == sorted(set(values))


def test_threads_never_make_the_same_uuid_and_each_sees_its_own_grow() -> None:
    def make(_: int) -> list[UUID]:
        return [new_uuid() for _ in range(1_000)]

    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(make, range(8)))
    assert all(run == sorted(run) for run in runs)
    assert len({value for run in runs for value in run}) == 8_000


def test_uuids_still_grow_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_uuid()
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - 60 * 10**9)
    assert first < new_uuid() < new_uuid()


@given(INSTANTS)
def test_a_dated_uuid_carries_its_instant_to_the_millisecond(at: datetime) -> None:
    value = new_uuid(at)
    assert uuid_time(value) == at - timedelta(microseconds=at.microsecond % 1000)
    assert (value.version, value.variant) == (7, "specified in RFC 4122")


def test_uuids_of_one_instant_grow_in_the_order_they_were_made() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    values = [new_uuid(at) for _ in range(1_000)]
    assert values == sorted(set(values))


def test_a_dated_uuid_does_not_disturb_those_of_the_clock() -> None:
    new_uuid(datetime(2999, 1, 1, tzinfo=UTC))
    assert uuid_time(new_uuid()) < datetime(2999, 1, 1, tzinfo=UTC)


def test_the_zone_of_an_instant_does_not_matter() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    assert uuid_time(new_uuid(at)) == at


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (datetime(2026, 3, 1), "time zone"),  # noqa: DTZ001 - the missing zone is the point
        (datetime(1969, 12, 31, tzinfo=UTC), "before 1970"),
    ],
)
def test_an_instant_without_zone_or_before_1970_is_refused(at: datetime, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        new_uuid(at)


@pytest.mark.parametrize(
    ("uuid", "reason"),
    [
        ("f47ac10b-58cc-4372-a567-0e02b2c3d479", "not a UUIDv7"),
        ("ffffffff-ffff-7fff-bfff-ffffffffffff", "beyond the year 9999"),
    ],
)
def test_a_uuid_without_a_readable_time_is_refused(uuid: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        uuid_time(UUID(uuid))
