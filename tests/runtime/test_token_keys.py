"""Keys, the tokens they sign, the values they seal, and who may touch the JOSE library."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

import ecosystem_api
from ecosystem_api.runtime.tokens import (
    LIFETIME_MAX,
    AccessClaims,
    KeyRefused,
    KeyRing,
    SealBroken,
    SigningKey,
    TokenRefused,
    VerificationKey,
    issue_access_token,
    jwks,
    new_signing_key,
    seal,
    unseal,
    verification_key,
    verify_access_token,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, 700_000, tzinfo=UTC)
KEY, NEXT = new_signing_key(NOW), new_signing_key(NOW + timedelta(days=30))
ISSUER, AUDIENCE = "https://ecosystem.example", "https://ecosystem.example/v1"
SECRET = bytes(range(32))
RSA_PUBLIC = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
WEAK_RSA_PUBLIC = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - to be refused


def issued(key: SigningKey = KEY, **changes: Any) -> tuple[str, datetime]:
    order: dict[str, Any] = {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "subject": "client-1",
        "client_id": "client-1",
        "vendor": "vendor-1",
        "partner": "partner-9",
        "role": "integration",
        "scope": "deals:read deals:write",
        "now": NOW,
        "lifetime": timedelta(minutes=10),
    }
    return issue_access_token(key, **{**order, **changes})


def verify(token: str, *keys: VerificationKey, now: datetime = NOW) -> AccessClaims:
    return verify_access_token(token, KeyRing(keys), issuer=ISSUER, audience=AUDIENCE, now=now)


def segment(token: str, index: int) -> dict[str, Any]:
    text = token.split(".")[index]
    read = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert isinstance(read, dict)
    return read


def test_an_issued_token_is_an_rfc_9068_access_token() -> None:
    token, expires_at = issued()
    assert segment(token, 0) == {"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}
    claims = segment(token, 1)
    jti = claims.pop("jti")
    second = int(NOW.timestamp())
    assert claims == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "client-1",
        "client_id": "client-1",
        "vendor": "vendor-1",
        "partner": "partner-9",
        "role": "integration",
        "scope": "deals:read deals:write",
        "iat": second,
        "nbf": second,
        "exp": second + 600,
    }
    assert len(jti) == 22
    assert expires_at == NOW.replace(microsecond=0) + timedelta(minutes=10)


def test_what_was_issued_is_what_the_verifier_reads() -> None:
    token, expires_at = issued()
    assert verify(token, KEY.verification_key) == AccessClaims(
        subject="client-1",
        client_id="client-1",
        vendor="vendor-1",
        partner="partner-9",
        role="integration",
        scope=frozenset({"deals:read", "deals:write"}),
        jti=segment(token, 1)["jti"],
        issued_at=NOW.replace(microsecond=0),
        expires_at=expires_at,
    )


def test_a_token_without_a_partner_or_a_scope_has_none() -> None:
    token, _ = issued(partner=None, scope="")
    assert "partner" not in segment(token, 1)
    claims = verify(token, KEY.verification_key)
    assert (claims.partner, claims.scope) == (None, frozenset())


def test_no_two_tokens_share_a_jti() -> None:
    assert len({segment(issued()[0], 1)["jti"] for _ in range(50)}) == 50


def test_the_given_clock_decides_and_not_the_wall_clock() -> None:
    then = datetime(1999, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    token, expires_at = issued(now=then)
    assert verify(token, KEY.verification_key, now=then).issued_at == then
    with pytest.raises(TokenRefused, match="expired"):
        verify(token, KEY.verification_key, now=expires_at + timedelta(seconds=30))


def test_a_naive_instant_is_a_mistake_of_the_caller() -> None:
    naive = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 - a naive instant is the point
    with pytest.raises(ValueError, match="time zone"):
        issued(now=naive)
    with pytest.raises(ValueError, match="time zone"):
        verify(issued()[0], KEY.verification_key, now=naive)
    with pytest.raises(KeyRefused, match="time zone"):
        new_signing_key(naive)


@pytest.mark.parametrize("seconds", [-600, 0, 0.5, 901, 3600])
def test_a_lifetime_under_a_second_or_over_fifteen_minutes_is_not_issued(seconds: float) -> None:
    with pytest.raises(ValueError, match="lives from one second"):
        issued(lifetime=timedelta(seconds=seconds))


def test_fifteen_minutes_are_issued() -> None:
    token, _ = issued(lifetime=LIFETIME_MAX)
    claims = verify(token, KEY.verification_key)
    assert claims.expires_at - claims.issued_at == timedelta(minutes=15)


@pytest.mark.parametrize("name", ["issuer", "audience", "subject", "client_id", "vendor", "partner", "role"])
@pytest.mark.parametrize("text", ["", "a\0b", "a\ud800", "x" * 256], ids=["empty", "NUL", "surrogate", "long"])
def test_a_claim_the_verifier_would_refuse_is_not_issued(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="not a claim's text"):
        issued(KEY, **{name: text})


@pytest.mark.parametrize("scope", [" ", "a  b", "a\nb", 'a"b', "\u00e9"])
def test_a_malformed_scope_is_not_issued(scope: str) -> None:
    with pytest.raises(ValueError, match="scope"):
        issued(scope=scope)


def test_a_token_too_large_to_be_accepted_is_not_issued() -> None:
    with pytest.raises(ValueError, match="too long"):
        issued(scope="x" * 7000)


def test_during_a_rotation_both_keys_verify_and_afterwards_only_the_new_one() -> None:
    old, new = issued(KEY)[0], issued(NEXT)[0]
    both = (KEY.verification_key, NEXT.verification_key)
    assert verify(old, *both).jti != verify(new, *both).jti
    assert verify(new, NEXT.verification_key).subject == "client-1"
    with pytest.raises(TokenRefused, match="unknown_key"):
        verify(old, NEXT.verification_key)


def test_a_key_is_named_by_its_rfc_7638_thumbprint() -> None:
    members = {name: KEY.public_jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    assert KEY.kid == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_published_set_carries_public_members_only() -> None:
    rsa_key = VerificationKey("rsa-1", "RS256", RSA_PUBLIC)
    first, second, third = jwks([KEY, NEXT, rsa_key])["keys"]
    assert first == KEY.public_jwk
    assert [first["kid"], second["kid"], third["kid"]] == [KEY.kid, NEXT.kid, "rsa-1"]
    assert set(second) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert set(third) == {"kty", "n", "e", "kid", "alg", "use"}
    assert [verification_key(jwk) for jwk in (first, second, third)] == [
        KEY.verification_key,
        NEXT.verification_key,
        rsa_key,
    ]


def test_a_signing_key_never_shows_its_private_half() -> None:
    assert "PRIVATE" in KEY.private_pem
    assert "PRIVATE" not in repr(KEY)


def test_a_signing_key_survives_storage_and_only_as_a_whole() -> None:
    stored = SigningKey(KEY.kid, KEY.private_pem, dict(KEY.public_jwk), KEY.created_at)
    assert stored == KEY
    assert verify(issued(stored)[0], KEY.verification_key).vendor == "vendor-1"
    with pytest.raises(KeyRefused, match="thumbprint"):
        SigningKey(KEY.kid, NEXT.private_pem, KEY.public_jwk, NOW)
    with pytest.raises(KeyRefused, match="thumbprint"):
        SigningKey("signing", KEY.private_pem, {**KEY.public_jwk, "kid": "signing"}, NOW)
    with pytest.raises(KeyRefused, match="another private key"):
        SigningKey(KEY.kid, KEY.private_pem, {**NEXT.public_jwk, "kid": KEY.kid}, NOW)
    with pytest.raises(KeyRefused, match="PEM"):
        SigningKey(KEY.kid, "", KEY.public_jwk, NOW)


def test_a_signing_key_is_on_p_256() -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(KeyRefused, match="P-256"):
        SigningKey(KEY.kid, pem.decode(), KEY.public_jwk, NOW)


def test_two_keys_of_one_ring_never_share_a_kid() -> None:
    with pytest.raises(KeyRefused, match="share a kid"):
        KeyRing((KEY.verification_key, VerificationKey(KEY.kid, "ES256", NEXT.private_key.public_key())))


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS256", "ES384", "es256"])
def test_a_key_serves_no_algorithm_but_its_own(algorithm: Any) -> None:
    with pytest.raises(KeyRefused, match="does not serve"):
        VerificationKey("a", algorithm, KEY.private_key.public_key())
    with pytest.raises(KeyRefused, match="does not serve"):
        verification_key({**KEY.public_jwk, "alg": algorithm})


@pytest.mark.parametrize(
    "public_key",
    [
        pytest.param(ec.generate_private_key(ec.SECP384R1()).public_key(), id="P-384"),
        pytest.param(ec.generate_private_key(ec.SECP256K1()).public_key(), id="the other 256-bit curve"),
        pytest.param(WEAK_RSA_PUBLIC, id="RSA of 1,024"),
        pytest.param(ed25519.Ed25519PrivateKey.generate().public_key(), id="Ed25519"),
        pytest.param(b"a shared secret", id="a shared secret"),
        pytest.param(KEY.private_key, id="a private key"),
    ],
)
def test_a_key_of_another_kind_verifies_nothing(public_key: Any) -> None:
    with pytest.raises(KeyRefused, match="keys are P-256"):
        VerificationKey("a", "ES256", public_key)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"kty": "oct", "k": "c2VjcmV0"}, id="a shared secret"),
        pytest.param({"d": KEY.public_jwk["x"]}, id="a private member"),
        pytest.param({"kty": "RSA"}, id="a type without its members"),
        pytest.param({"crv": "P-384"}, id="another curve"),
        pytest.param({"x": NEXT.public_jwk["x"]}, id="a point off the curve"),
        pytest.param({"x": KEY.public_jwk["x"] + "="}, id="padding"),
        pytest.param({"y": 7}, id="a coordinate as a number"),
        pytest.param({"kid": None}, id="no kid"),
        pytest.param({"kid": ""}, id="an empty kid"),
        pytest.param({"use": "enc"}, id="a key for encryption"),
        pytest.param({"key_ops": ["sign"]}, id="a key for signing only"),
        pytest.param({"key_ops": "verify"}, id="operations that are not a list"),
    ],
)
def test_this_jwk_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(KeyRefused):
        verification_key({**KEY.public_jwk, **changes})


@settings(deadline=None)  # a busy machine is not a failure
@given(st.binary(), st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_sealed_value_opens_with_its_secret_in_its_context(plaintext: bytes, context: str) -> None:
    assert unseal(SECRET, seal(SECRET, plaintext, context), context) == plaintext


def test_a_sealed_value_opens_nowhere_else() -> None:
    sealed = seal(SECRET, b"private", "signing-key|1")
    with pytest.raises(SealBroken):
        unseal(SECRET, sealed, "signing-key|2")
    with pytest.raises(SealBroken):
        unseal(SECRET[::-1], sealed, "signing-key|1")


def test_a_sealed_value_with_any_byte_altered_or_missing_stays_shut() -> None:
    sealed = seal(SECRET, b"private", "c")
    altered = [sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :] for i in range(len(sealed))]
    shortened = [sealed[:i] for i in range(len(sealed))]
    for broken in (*altered, *shortened, sealed + b"\0"):
        with pytest.raises(SealBroken):
            unseal(SECRET, broken, "c")


def test_sealing_the_same_value_twice_shows_nothing_in_common() -> None:
    first, second = (seal(SECRET, b"private", "c") for _ in range(2))
    assert first != second
    assert b"private" not in first


def test_a_short_secret_or_an_empty_context_seals_nothing() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(SECRET[:31], b"", "c")
    with pytest.raises(ValueError, match="context"):
        seal(SECRET, b"", "")


def test_only_this_package_touches_the_jose_library_and_verifies_in_one_place() -> None:
    root = Path(str(ecosystem_api.__file__)).parent
    sources = {path.relative_to(root): path.read_text() for path in root.rglob("*.py")}
    importing = re.compile(r"^\s*(?:import|from)\s+jose\b|(?:import_module|__import__)\(\s*[\"']jose\b", re.MULTILINE)
    importers = {path.parent.as_posix() for path, text in sources.items() if importing.search(text)}
    assert importers == {"runtime/tokens"}
    verifying = re.compile(r"\bjwt\.decode\b|\bjws\.verify\b")
    places = [path.as_posix() for path, text in sources.items() for _ in verifying.finditer(text)]
    assert places == ["runtime/tokens/compact.py"]
