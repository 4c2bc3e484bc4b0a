"""Other people's keys: fetched once for many, refetched with patience, believed a while when their issuer is away."""

import asyncio
from typing import Any

import pytest
from tests.listeners import http, listening
from tests.provider import Provider, a_provider, new_key, public_jwk

from ecosystem_api.runtime.clock import MovableClock
from ecosystem_api.runtime.egress import Egress, EgressPolicy
from ecosystem_api.runtime.keysets import MOST_KEYS, KeySets, KeysUnavailable, usable_keys


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def keysets(clock: MovableClock) -> KeySets:
    return KeySets(Egress(EgressPolicy(allows_loopback=True)), clock)


async def test_many_who_ask_at_once_cause_one_fetch(keysets: KeySets) -> None:
    async with a_provider() as idp:
        rings = await asyncio.gather(*(keysets.of_issuer(idp.issuer, "key-1", "ES256") for _ in range(50)))
        assert all(ring.find("key-1") for ring in rings)
        assert idp.fetched == 1


async def test_an_unknown_kid_is_looked_for_at_most_once_a_minute(keysets: KeySets, clock: MovableClock) -> None:
    async with a_provider() as idp:
        await keysets.of_issuer(idp.issuer, "key-1", "ES256")
        for number in range(100):
            assert (await keysets.of_issuer(idp.issuer, f"made-up-{number}", "ES256")).find("key-1")
        assert idp.fetched == 1
        idp.keys["key-2"] = new_key()
        clock.move(seconds=61)
        assert (await keysets.of_issuer(idp.issuer, "key-2", "ES256")).find("key-2")
        assert idp.fetched == 2


async def test_whoever_names_no_key_is_judged_by_keys_of_the_last_minute(keysets: KeySets, clock: MovableClock) -> None:
    async with a_provider() as idp:
        for _ in range(10):
            assert (await keysets.of_issuer(idp.issuer, None, "ES256")).find("key-1")
        assert idp.fetched == 1
        idp.keys = {"key-2": new_key()}
        clock.move(seconds=61)
        for _ in range(10):
            assert [key.kid for key in (await keysets.of_issuer(idp.issuer, None, "ES256")).keys] == ["key-2"]
        assert idp.fetched == 2


async def test_a_key_that_is_no_longer_published_ends_with_the_next_fetch(
    keysets: KeySets, clock: MovableClock
) -> None:
    async with a_provider("key-1", "key-2") as idp:
        assert (await keysets.of_issuer(idp.issuer, "key-1", "ES256")).find("key-1")
        idp.published = ["key-2"]
        clock.move(minutes=11)
        assert (await keysets.of_issuer(idp.issuer, "key-1", "ES256")).find("key-1") is None


async def test_an_issuer_that_is_away_is_believed_for_an_hour_and_asked_again_with_pauses(
    keysets: KeySets, clock: MovableClock
) -> None:
    async with a_provider() as idp:
        await keysets.of_issuer(idp.issuer, "key-1", "ES256")
        idp.is_down = True
        clock.move(minutes=30)
        for _ in range(5):
            assert (await keysets.of_issuer(idp.issuer, "key-1", "ES256")).find("key-1")
        asked = len(idp.listener.paths)
        assert asked == 3  # the first time both documents, then one attempt that failed
        clock.move(minutes=31)
        with pytest.raises(KeysUnavailable, match="unreachable"):
            await keysets.of_issuer(idp.issuer, "key-1", "ES256")
        idp.is_down = False
        with pytest.raises(KeysUnavailable):  # not hammered while it recovers
            await keysets.of_issuer(idp.issuer, "key-1", "ES256")
        clock.move(seconds=11)
        assert (await keysets.of_issuer(idp.issuer, "key-1", "ES256")).find("key-1")


async def test_only_keys_of_the_pinned_algorithm_are_given(keysets: KeySets) -> None:
    async with a_provider() as idp:
        idp.keys["rsa"] = new_key("RS256")
        assert [key.kid for key in (await keysets.of_issuer(idp.issuer, "rsa", "RS256")).keys] == ["rsa"]
        assert [key.kid for key in (await keysets.of_issuer(idp.issuer, "rsa", "ES256")).keys] == ["key-1"]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"issuer": "https://other.example"}, "other_issuer"),
        ({"issuer": "TRAILING"}, "other_issuer"),
        ({"issuer": None}, "other_issuer"),
        ({"jwks_uri": None}, "not_json"),
        ({"jwks_uri": "https://169.254.169.254/latest/meta-data"}, "refused"),
        ({"jwks_uri": "http://intranet/jwks"}, "refused"),
        ({"jwks_uri": "file:///etc/passwd"}, "refused"),
    ],
)
async def test_a_discovery_document_that_lies_is_refused(
    keysets: KeySets, document: dict[str, Any], fault: str
) -> None:
    async with a_provider() as idp:
        idp.document = {k: idp.issuer + "/" if v == "TRAILING" else v for k, v in document.items()}
        with pytest.raises(KeysUnavailable) as refused:
            await keysets.of_issuer(idp.issuer, "key-1", "ES256")
        assert refused.value.fault == fault
        assert "169.254" not in refused.value.sentence


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (http(b"<html>"), "not_json"),
        (http([]), "not_json"),
        (http(b"[" * 50_000), "not_json"),
        (http({"keys": []}), "no_keys"),
        (http({"keys": "many"}), "no_keys"),
        (http({"keys": [None, 1, {"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"}]}), "no_keys"),
        (http(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n"), "unreachable"),
        (http(b"x" * 300_000), "unreachable"),
    ],
)
async def test_what_is_no_key_set_is_refused(keysets: KeySets, answer: bytes, fault: str) -> None:
    async with listening(lambda _: answer) as place:
        with pytest.raises(KeysUnavailable) as refused:
            await keysets.at_address(place.url + "/jwks", "key-1")
    assert refused.value.fault == fault


async def test_a_caller_who_hangs_up_leaves_the_others_their_keys(keysets: KeySets) -> None:
    async with a_provider() as idp:
        first = asyncio.create_task(keysets.of_issuer(idp.issuer, "key-1", "ES256"))
        await asyncio.sleep(0)
        first.cancel()
        assert (await keysets.of_issuer(idp.issuer, "key-1", "ES256")).find("key-1")


def test_two_keys_of_one_name_and_endless_sets_are_refused() -> None:
    one, other = public_jwk("a", new_key()), public_jwk("a", new_key())
    assert usable_keys({"keys": [one, other]}) == ()
    assert usable_keys({"keys": [public_jwk(str(n), new_key()) for n in range(MOST_KEYS + 1)]}) == ()
    weak = {**one, "kid": "enc", "use": "enc"}
    assert [key.kid for key in usable_keys({"keys": [weak, one, {**one, "kid": "leak", "d": "AQAB"}]})] == ["a"]


def test_a_provider_publishes_no_private_member() -> None:
    provider = Provider({"key-1": new_key()})
    assert "d" not in provider.jwks()["keys"][0]
