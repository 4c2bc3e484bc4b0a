"""The attack corpus: every way we know to be handed a token that must not be believed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosystem_api.runtime.tokens import (
    AccessClaims,
    KeyRing,
    Reason,
    TokenRefused,
    VerificationKey,
    new_signing_key,
    verify_access_token,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "https://ecosystem.example"
AUDIENCE = "https://ecosystem.example/v1"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

OUR, OTHER, FOREIGN = (new_signing_key(NOW) for _ in range(3))
RSA_PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RING = KeyRing(
    (OUR.verification_key, OTHER.verification_key, VerificationKey("rsa-1", "RS256", RSA_PRIVATE.public_key()))
)

HEADER: dict[str, Any] = {"typ": "at+jwt", "alg": "ES256", "kid": OUR.kid}
RSA_HEADER = {**HEADER, "alg": "RS256", "kid": "rsa-1"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "client-1",
    "client_id": "client-1",
    "jti": "token-1",
    "vendor": "vendor-1",
    "role": "integration",
    "scope": "deals:read deals:write",
    "iat": AT,
    "nbf": AT,
    "exp": AT + 600,
}

Signer = Callable[[bytes], bytes]


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def encoded(part: dict[str, Any] | bytes) -> str:
    return base64url(part if isinstance(part, bytes) else json.dumps(part).encode())


def es256(message: bytes, key: ec.EllipticCurvePrivateKey = OUR.private_key) -> bytes:
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def es256_der(message: bytes) -> bytes:
    return OUR.private_key.sign(message, ec.ECDSA(hashes.SHA256()))


def es256_mirrored(message: bytes) -> bytes:
    signature = es256(message)
    mirrored = P256_ORDER - int.from_bytes(signature[32:], "big")
    return signature[:32] + mirrored.to_bytes(32, "big")


def rs256(message: bytes) -> bytes:
    return RSA_PRIVATE.sign(message, padding.PKCS1v15(), hashes.SHA256())


def hs256(secret: bytes) -> Signer:
    return lambda message: hmac.digest(secret, message, hashlib.sha256)


def joined(header: str, payload: str, sign: Signer = es256) -> str:
    message = f"{header}.{payload}"
    return f"{message}.{base64url(sign(message.encode()))}"


def forged(
    header: dict[str, Any] | bytes = HEADER, claims: dict[str, Any] | bytes = CLAIMS, sign: Signer = es256
) -> str:
    return joined(encoded(header), encoded(claims), sign)


def saying(**changes: Any) -> str:
    return forged(claims={**CLAIMS, **changes})


def lacking(name: str) -> str:
    return forged(claims={key: value for key, value in CLAIMS.items() if key != name})


def headed(**changes: Any) -> str:
    return forged(header={**HEADER, **changes})


def with_raw(name: str, literal: str) -> str:
    """A signed token whose claim is written as this very JSON text."""
    return forged(claims=json.dumps({**CLAIMS, name: "@"}).replace('"@"', literal).encode())


def public_bytes(encoding: serialization.Encoding, key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo))


def verify(token: str, now: datetime = NOW) -> AccessClaims:
    return verify_access_token(token, RING, issuer=ISSUER, audience=AUDIENCE, now=now)


PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
VALID = forged()
VALID_HEADER, VALID_PAYLOAD, VALID_SIGNATURE = VALID.split(".")
FORBIDDEN_HEADERS: dict[str, Any] = {
    "crit": ["exp"],
    "jku": "https://evil.example/jwks.json",
    "x5u": "https://evil.example/cert.pem",
    "x5c": ["MIIB"],
    "jwk": FOREIGN.public_jwk,
    "b64": True,
    "cty": "JWT",
    "zip": "DEF",
    "enc": "A256GCM",
}
HS256_SECRETS = {
    "the RSA key as PEM": public_bytes(PEM, RSA_PRIVATE),
    "the RSA key as DER": public_bytes(DER, RSA_PRIVATE),
    "the EC key as PEM": public_bytes(PEM, OUR.private_key),
    "the EC key as DER": public_bytes(DER, OUR.private_key),
    "the published JWK": json.dumps(OUR.public_jwk).encode(),
    "an empty secret": b"",
}

SIGNATURE_ATTACKS: list[tuple[str, str, str]] = [
    ("alg none without a signature", f"{encoded({**HEADER, 'alg': 'none'})}.{VALID_PAYLOAD}.", "malformed"),
    ("alg none with a signature", headed(alg="none"), "wrong_algorithm"),
    ("alg spelled nOnE", headed(alg="nOnE"), "wrong_algorithm"),
    ("no alg", forged({"typ": "at+jwt", "kid": OUR.kid}), "wrong_algorithm"),
    ("alg is a list", headed(alg=["ES256"]), "wrong_algorithm"),
    ("RS256 named for an EC key", forged({**HEADER, "alg": "RS256"}, sign=rs256), "wrong_algorithm"),
    ("ES256 named for an RSA key", forged({**HEADER, "kid": "rsa-1"}), "wrong_algorithm"),
    ("RS512 named for an RS256 key", forged({**RSA_HEADER, "alg": "RS512"}, sign=rs256), "wrong_algorithm"),
    ("an EC signature for an RSA key", forged(RSA_HEADER, sign=es256), "bad_signature"),
    ("an unknown kid", headed(kid="nobody"), "unknown_key"),
    ("no kid", forged({"typ": "at+jwt", "alg": "ES256"}), "unknown_key"),
    ("a kid that is a list", headed(kid=[OUR.kid]), "unknown_key"),
    ("a kid that is a path", headed(kid="../../dev/null"), "unknown_key"),
    ("the kid of another key in the ring", headed(kid=OTHER.kid), "bad_signature"),
    ("our kid, a stranger's key", forged(sign=lambda m: es256(m, FOREIGN.private_key)), "bad_signature"),
    ("a tampered payload", f"{VALID_HEADER}.{encoded({**CLAIMS, 'role': 'admin'})}.{VALID_SIGNATURE}", "bad_signature"),
    ("a tampered signature", forged(sign=lambda m: bytes([es256(m)[0] ^ 1]) + es256(m)[1:]), "bad_signature"),
    ("a DER-encoded signature", forged(sign=es256_der), "bad_signature"),
    ("a signature of zeros", forged(sign=lambda _: bytes(64)), "bad_signature"),
    ("a signature with a byte more", forged(sign=lambda m: es256(m) + b"\0"), "bad_signature"),
    ("an empty signature", f"{VALID_HEADER}.{VALID_PAYLOAD}.", "malformed"),
    *[(f"HS256 with {what}", forged({**HEADER, "alg": "HS256"}, sign=hs256(secret)), "wrong_algorithm")
      for what, secret in HS256_SECRETS.items()],
    *[(f"HS256 with {what} under the RSA kid",
       forged({**RSA_HEADER, "alg": "HS256"}, sign=hs256(secret)), "wrong_algorithm")
      for what, secret in HS256_SECRETS.items()],
    *[(f"ES256 named, HMAC made with {what}", forged(sign=hs256(secret)), "bad_signature")
      for what, secret in HS256_SECRETS.items()],
]  # fmt: skip

HEADER_ATTACKS: list[tuple[str, str, str]] = [
    *[(f"the header {name}", headed(**{name: value}), "forbidden_header")
      for name, value in FORBIDDEN_HEADERS.items()],
    ("an unknown crit", headed(crit=["urn:example:future"]), "forbidden_header"),
    ("an empty crit", headed(crit=[]), "forbidden_header"),
    ("a null jku", headed(jku=None), "forbidden_header"),
    ("an unencoded payload", headed(b64=False, crit=["b64"]), "forbidden_header"),
    ("an id token", headed(typ="JWT"), "wrong_type"),
    ("a logout token", headed(typ="logout+jwt"), "wrong_type"),
    ("a proof of possession", headed(typ="dpop+jwt"), "wrong_type"),
    ("a typ with a space", headed(typ="at+jwt "), "wrong_type"),
    ("a typ of another media tree", headed(typ="text/at+jwt"), "wrong_type"),
    ("a typ that is a number", headed(typ=1), "wrong_type"),
    ("no typ", forged({"alg": "ES256", "kid": OUR.kid}), "wrong_type"),
    ("a repeated header name", forged(json.dumps(HEADER).replace("{", '{"alg": "none", ', 1).encode()), "malformed"),
    ("a header that is a list", forged(b'["at+jwt"]'), "malformed"),
    ("a header that is not JSON", forged(b"at+jwt"), "malformed"),
    ("a header that is not UTF-8", forged(b'{"typ": "\xff"}'), "malformed"),
    ("a header with a byte order mark", forged(b"\xef\xbb\xbf" + json.dumps(HEADER).encode()), "malformed"),
    ("a header nested 1,000 deep", headed(extra=json.loads("[" * 900 + "]" * 900)), "malformed"),
    ("a header of 3,000 opening brackets", forged(b"[" * 3000), "malformed"),
    ("a header nested 10,000 deep", forged(b'{"a":' * 10_000 + b"1" + b"}" * 10_000), "too_large"),
]  # fmt: skip

SHAPE_ATTACKS: list[tuple[str, str, str]] = [
    ("nothing", "", "malformed"),
    ("two segments", f"{VALID_HEADER}.{VALID_PAYLOAD}", "malformed"),
    ("four segments", f"{VALID}.{VALID_SIGNATURE}", "malformed"),
    ("five segments, as encryption has", f"{VALID_HEADER}.a2V5.aXY.{VALID_PAYLOAD}.dGFn", "malformed"),
    ("an encrypted token's header", forged({"alg": "dir", "enc": "A256GCM", "typ": "at+jwt"}), "forbidden_header"),
    ("a padded header", joined(encoded(json.dumps(HEADER).encode() + b" ") + "=", VALID_PAYLOAD), "malformed"),
    ("a padded payload", joined(VALID_HEADER, encoded(json.dumps(CLAIMS).encode() + b" ") + "="), "malformed"),
    ("a padded signature", f"{VALID}==", "malformed"),
    ("loose bits in the signature", f"{VALID[:-1]}{chr(ord(VALID[-1]) + 1)}", "malformed"),
    ("loose bits in a signed payload", joined(VALID_HEADER, base64url(b"{ }!")[:-1] + "R"), "malformed"),
    ("a segment of impossible length", joined(VALID_HEADER, "abcde"), "malformed"),
    ("the alphabet of plain base64", joined(VALID_HEADER, "ab+/"), "malformed"),
    ("a leading space", f" {VALID}", "malformed"),
    ("a trailing newline", f"{VALID}\n", "malformed"),
    ("a line break inside", f"{VALID[:40]}\r\n{VALID[40:]}", "malformed"),
    ("the scheme still attached", f"Bearer {VALID}", "malformed"),
    ("a NUL byte", f"{VALID}\0", "malformed"),
    ("a lone surrogate", f"{VALID[:-1]}\ud800", "malformed"),
    ("full-width letters", VALID.replace("e", "\uff45"), "malformed"),
    ("a token of 9 KB", saying(scope="x" * 6600), "too_large"),
]

CLAIM_ATTACKS: list[tuple[str, str, str]] = [
    *[(f"no {name}", lacking(name), "missing_claim")
      for name in ("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "vendor", "role")],
    *[(f"{name} is {what}", saying(**{name: value}), "invalid_claim")
      for name in ("sub", "jti", "client_id", "vendor", "role")
      for what, value in {"empty": "", "null": None, "a number": 7, "a list": ["x"], "NUL inside": "a\0b",
                          "a lone surrogate": "a\ud800", "a line break": "a\nb", "256 long": "x" * 256}.items()],
    *[(f"partner is {what}", saying(partner=value), "invalid_claim")
      for what, value in {"empty": "", "false": False, "a list": [], "NUL inside": "\0"}.items()],
    *[(f"scope is {what}", saying(scope=value), "invalid_claim")
      for what, value in {"a list": ["deals:read"], "null": None, "two spaces": "a  b", "a tab": "a\tb",
                          "a quote": 'a"b', "beyond ASCII": "deals:r\u00e9ad"}.items()],
    ("another issuer", saying(iss="https://evil.example"), "wrong_issuer"),
    ("our issuer with a slash", saying(iss=ISSUER + "/"), "wrong_issuer"),
    ("an array of issuers", saying(iss=[ISSUER]), "wrong_issuer"),
    ("another audience", saying(aud="https://other.example"), "wrong_audience"),
    ("a longer audience", saying(aud=AUDIENCE + "/deals"), "wrong_audience"),
    ("our audience and a foreign one", saying(aud=[AUDIENCE, "https://other.example"]), "wrong_audience"),
    ("a foreign audience and ours", saying(aud=["https://other.example", AUDIENCE]), "wrong_audience"),
    ("no audience in the array", saying(aud=[]), "wrong_audience"),
    ("a null audience", saying(aud=None), "wrong_audience"),
    ("an audience as an object", saying(aud={AUDIENCE: True}), "wrong_audience"),
    ("expired 30 s ago", saying(iat=AT - 600, nbf=AT - 600, exp=AT - 30), "expired"),
    ("expired long ago", saying(iat=1, nbf=1, exp=600), "expired"),
    ("not before 31 s from now", saying(nbf=AT + 31), "not_yet_valid"),
    ("issued 31 s from now", saying(iat=AT + 31), "not_yet_valid"),
    ("issued an hour from now, without nbf", forged(claims={**CLAIMS, "iat": AT + 3600}), "not_yet_valid"),
    ("a lifetime of an hour", saying(exp=AT + 3600), "lifetime_too_long"),
    ("a lifetime a second too long", saying(exp=AT + 931), "lifetime_too_long"),
    ("a lifetime to the year 9999", saying(exp=253_402_300_799), "lifetime_too_long"),
    ("expiry before issue", saying(iat=AT + 10, nbf=AT, exp=AT + 5), "invalid_claim"),
    ("expiry at issue", saying(exp=AT), "invalid_claim"),
    *[(f"{name} is {what}", saying(**{name: value}), "invalid_claim") for name in ("exp", "iat", "nbf")
      for what, value in {"a string": str(AT), "a whole float": float(AT), "true": True, "null": None,
                          "negative": -1, "past the year 9999": 253_402_300_800, "of 400 digits": 10**400}.items()],
    *[(f"exp is the literal {literal}", with_raw("exp", literal), reason) for literal, reason in
      {"NaN": "malformed", "Infinity": "malformed", "-Infinity": "malformed", "1e999": "invalid_claim"}.items()],
    ("exp is of 5,000 digits", with_raw("exp", "9" * 5000), "malformed"),
    ("a repeated claim name", forged(claims=json.dumps(CLAIMS).replace("{", '{"role": "admin", ', 1).encode()),
     "malformed"),
    ("a repeated claim name, spelled with an escape",
     forged(claims=json.dumps(CLAIMS).replace("{", '{"r\\u006fle": "admin", ', 1).encode()), "malformed"),
    ("a repeated name inside a claim", with_raw("extra", '{"a": 1, "a": 2}'), "malformed"),
    ("a payload that is a list", forged(claims=b"[]"), "malformed"),
    ("a payload that is a string", forged(claims=b'"claims"'), "malformed"),
    ("a payload that is not JSON", forged(claims=b"claims"), "malformed"),
    ("a payload that is not UTF-8", forged(claims=b'{"sub": "\xff"}'), "malformed"),
    ("a payload in UTF-16", forged(claims=json.dumps(CLAIMS).encode("utf-16")), "malformed"),
    ("a payload nested 1,000 deep", saying(extra=json.loads("[" * 900 + "]" * 900)), "malformed"),
    ("a payload nested 10,000 deep", forged(claims=b'{"a":' * 10_000 + b"1" + b"}" * 10_000), "too_large"),
    ("two payloads in one", forged(claims=json.dumps(CLAIMS).encode() * 2), "malformed"),
]  # fmt: skip

CORPUS = SIGNATURE_ATTACKS + HEADER_ATTACKS + SHAPE_ATTACKS + CLAIM_ATTACKS


@pytest.mark.parametrize(
    ("token", "reason"), [pytest.param(token, reason, id=sentence) for sentence, token, reason in CORPUS]
)
def test_this_token_is_refused(token: str, reason: Reason) -> None:
    with pytest.raises(TokenRefused) as refusal:
        verify(token)
    assert refusal.value.reason == reason
    assert str(refusal.value) == reason, "the words of a refusal are its code, nothing from the token"
    assert reason in get_args(Reason)


def test_every_reason_a_token_can_be_refused_for_is_in_the_corpus() -> None:
    assert {reason for _, _, reason in CORPUS} == set(get_args(Reason))


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(VALID, id="the token every attack starts from"),
        pytest.param(forged(RSA_HEADER, sign=rs256), id="the RSA token every attack starts from"),
        pytest.param(forged({**HEADER, "kid": OTHER.kid}, sign=lambda m: es256(m, OTHER.private_key)), id="other key"),
        pytest.param(headed(typ="application/at+jwt"), id="typ with its media type"),
        pytest.param(headed(typ="AT+JWT"), id="typ in capitals"),
        pytest.param(headed(x5t="thumbprint"), id="a header we may ignore"),
        pytest.param(saying(aud=[AUDIENCE]), id="an audience array of ours alone"),
        pytest.param(saying(iat=AT - 600, nbf=AT - 600, exp=AT - 29), id="expired 29 s ago"),
        pytest.param(saying(nbf=AT + 30), id="not before 30 s from now"),
        pytest.param(saying(iat=AT + 30), id="issued 30 s from now"),
        pytest.param(saying(exp=AT + 930), id="a lifetime of 15 minutes and the leeway"),
        pytest.param(lacking("nbf"), id="no nbf"),
        pytest.param(lacking("scope"), id="no scope"),
        pytest.param(saying(partner=None), id="a null partner"),
        pytest.param(saying(extra={"a": [1, 2.5, None]}), id="a claim of somebody else"),
        pytest.param(saying(extra="{[" * 30), id="brackets in a text"),
    ],
)
def test_this_token_is_believed(token: str) -> None:
    assert verify(token).role == "integration"


def test_a_token_expires_at_the_very_end_of_the_leeway() -> None:
    end = NOW + timedelta(seconds=630)
    assert verify(VALID, end - timedelta(microseconds=1)).jti == "token-1"
    with pytest.raises(TokenRefused, match="expired"):
        verify(VALID, end)


def test_a_token_may_fill_eight_kilobytes_and_not_a_byte_more() -> None:
    sizes = {len(token): token for token in (saying(scope="x" * length) for length in range(5500, 6000))}
    largest = max(size for size in sizes if size <= 8192)
    assert largest >= 8190
    assert verify(sizes[largest]).scope
    with pytest.raises(TokenRefused, match="too_large"):
        verify(sizes[min(size for size in sizes if size > 8192)])


@pytest.mark.parametrize("token", [None, 7, VALID.encode(), [VALID]])
def test_what_is_not_text_is_refused_too(token: Any) -> None:
    with pytest.raises(TokenRefused, match="malformed"):
        verify(token)


def test_a_mirrored_signature_keeps_its_jti_so_tokens_are_revoked_by_jti() -> None:
    assert verify(forged(sign=es256_mirrored)).jti == verify(VALID).jti


UNHURRIED = settings(deadline=None)  # a busy machine is not a failure


@UNHURRIED
@given(st.text())
@example("..")
@example("e30.e30.e30")
def test_no_text_whatsoever_is_believed_or_breaks_the_verifier(text: str) -> None:
    with pytest.raises(TokenRefused):
        verify(text)


@UNHURRIED
@given(st.integers(0, len(VALID) - 1), st.characters(codec="ascii"))
def test_no_character_of_a_token_can_be_changed(place: int, character: str) -> None:
    changed = VALID[:place] + character + VALID[place + 1 :]
    if changed == VALID:
        assert verify(changed).jti == "token-1"
    else:
        with pytest.raises(TokenRefused):
            verify(changed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@UNHURRIED
@given(st.sampled_from(sorted(CLAIMS)), JSON)
def test_a_signed_claim_of_any_value_is_believed_with_care_or_refused(name: str, value: object) -> None:
    try:
        claims = verify(saying(**{name: value}))
    except TokenRefused:
        return
    texts = (claims.subject, claims.client_id, claims.vendor, claims.role, claims.jti, *claims.scope)
    assert all(text.isprintable() for text in texts), "believed texts can be stored and logged"
    assert claims.expires_at - claims.issued_at <= timedelta(minutes=15, seconds=30)


@UNHURRIED
@given(st.sampled_from(["typ", "alg", "kid", "extra"]), JSON)
def test_a_signed_header_of_any_value_is_ignored_or_refused(name: str, value: object) -> None:
    token = headed(**{name: value})
    if name == "extra" and json.dumps(value).count("[") + json.dumps(value).count("{") < 64 and len(token) <= 8192:
        assert verify(token).jti == "token-1"
    else:
        with pytest.raises(TokenRefused):
            verify(token)
