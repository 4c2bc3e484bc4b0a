"""Client secrets: recognisable, unguessable, and kept only as a keyed hash."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem_api.runtime.tokens import hash_secret, new_client_secret, pepper_id, secret_matches

OLD, NEW = b"o" * 32, b"n" * 64
PEPPERS = {pepper_id(OLD): OLD, pepper_id(NEW): NEW}
SECRET = new_client_secret()


def test_a_new_secret_carries_the_leak_scan_prefix_and_256_bits() -> None:
    assert re.fullmatch(r"ecos_[A-Za-z0-9_-]{43}", SECRET)
    assert len({new_client_secret() for _ in range(100)}) == 100


def test_the_stored_form_names_its_pepper_and_shows_no_secret() -> None:
    stored = hash_secret(SECRET, NEW)
    assert re.fullmatch(r"b2:[0-9a-f]{12}:[0-9a-f]{64}", stored)
    assert stored.split(":")[1] == pepper_id(NEW)
    assert stored == hash_secret(SECRET, NEW)
    assert SECRET not in stored


def test_the_stored_form_needs_the_pepper_to_be_computed() -> None:
    assert hash_secret(SECRET, OLD).split(":")[2] != hash_secret(SECRET, NEW).split(":")[2]
    assert hash_secret(SECRET, NEW).split(":")[2] != hashlib.blake2b(SECRET.encode(), digest_size=32).hexdigest()


@pytest.mark.parametrize("pepper", [OLD, NEW], ids=["the pepper rotated out", "the current pepper"])
def test_a_secret_matches_its_own_hash_under_any_pepper_still_held(pepper: bytes) -> None:
    assert secret_matches(SECRET, hash_secret(SECRET, pepper), PEPPERS)
    assert not secret_matches(new_client_secret(), hash_secret(SECRET, pepper), PEPPERS)


def test_a_secret_matches_nothing_once_its_pepper_is_gone() -> None:
    assert not secret_matches(SECRET, hash_secret(SECRET, OLD), {pepper_id(NEW): NEW})


def test_a_hash_filed_under_another_pepper_does_not_match() -> None:
    digest = hash_secret(SECRET, OLD).split(":")[2]
    assert not secret_matches(SECRET, f"b2:{pepper_id(NEW)}:{digest}", PEPPERS)


@pytest.mark.parametrize("pepper", [b"", b"x" * 31, b"x" * 65])
def test_a_pepper_of_the_wrong_size_hashes_nothing(pepper: bytes) -> None:
    with pytest.raises(ValueError, match="32 to 64 bytes"):
        hash_secret(SECRET, pepper)


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda stored: "", id="nothing"),
        pytest.param(lambda stored: SECRET, id="the secret itself"),
        pytest.param(lambda stored: stored[:-1], id="a digit short"),
        pytest.param(lambda stored: stored + "0", id="a digit long"),
        pytest.param(lambda stored: stored.upper(), id="in capitals"),
        pytest.param(lambda stored: stored.replace("b2:", "b3:"), id="another scheme"),
        pytest.param(lambda stored: stored.replace("b2:", "b2::"), id="no pepper"),
        pytest.param(lambda stored: stored.rpartition(":")[0] + ":", id="no digest"),
        pytest.param(lambda stored: stored[:-1] + "\u00e9", id="beyond ASCII"),
    ],
)
def test_a_spoilt_stored_form_matches_nothing(spoilt: object) -> None:
    stored = hash_secret(SECRET, NEW)
    assert callable(spoilt)
    assert secret_matches(SECRET, stored, PEPPERS)
    assert not secret_matches(SECRET, spoilt(stored), PEPPERS)


@settings(deadline=None)  # a busy machine is not a failure
@given(st.text() | st.just("\ud800"), st.text())
def test_no_text_whatsoever_breaks_the_comparison(secret: str, stored: str) -> None:
    assert not secret_matches(secret, hash_secret(SECRET, NEW), PEPPERS)
    assert not secret_matches(secret, stored, PEPPERS)
    assert secret_matches(secret, hash_secret(secret, NEW), PEPPERS)
