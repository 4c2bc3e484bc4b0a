"""Tokens that others signed: believed only when they are exactly what was expected of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.provider import AUDIENCE, Listener, Provider, new_key, public_jwk, signed

from ecosystem_api.runtime.tokens import (
    Expected,
    ForeignClaims,
    KeyRing,
    TokenRefused,
    key_of,
    kid_of,
    verification_key,
    verify_foreign_token,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
IDP = Provider({"key-1": new_key(), "rsa": new_key("RS256")})
IDP.listener = Listener(IDP.reply, 9)
RINGS = {kid: KeyRing((verification_key(public_jwk(kid, key)),)) for kid, key in IDP.keys.items()}
TYPES = frozenset({"", "jwt"})


def expected(**changes: Any) -> Expected:
    found: dict[str, Any] = {"types": TYPES, "algorithm": "ES256", "issuer": IDP.issuer,
                             "audiences": frozenset({AUDIENCE, "second"}), "longest": timedelta(hours=24)}  # fmt: skip
    return Expected(**{**found, **changes})


def verify(token: str, now: datetime = NOW, **changes: Any) -> ForeignClaims:
    ring = RINGS["rsa" if changes.get("algorithm") == "RS256" else "key-1"]
    return verify_foreign_token(token, ring, expected(**changes), now)


def saying(**claims: Any) -> str:
    return IDP.token(NOW, **claims)


ATTACKS: dict[str, tuple[Callable[[], str], str]] = {
    "unsigned": (lambda: saying(header={"alg": "none"}), "wrong_algorithm"),
    "the public key as a secret": (lambda: saying(header={"alg": "HS256"}), "wrong_algorithm"),
    "another algorithm family": (lambda: saying(kid="rsa", header={"kid": "key-1"}), "wrong_algorithm"),
    "an unknown key": (lambda: saying(header={"kid": "key-9"}), "unknown_key"),
    "a kid that is a path": (lambda: saying(header={"kid": "../../etc/passwd"}), "unknown_key"),
    "a kid that is SQL": (lambda: saying(header={"kid": "' or 1=1 --"}), "unknown_key"),
    "no kid, another's signature": (lambda: signed({"iss": IDP.issuer}, KEY, {}), "bad_signature"),
    "no kid, another algorithm family": (lambda: saying(kid="rsa", header={"kid": None}), "wrong_algorithm"),
    "no kid, the public key as a secret": (lambda: saying(header={"kid": None, "alg": "HS256"}), "wrong_algorithm"),
    "no kid, unsigned": (lambda: saying(header={"kid": None, "alg": "none"}), "wrong_algorithm"),
    "no kid, no algorithm": (lambda: saying(header={"kid": None, "alg": None}), "wrong_algorithm"),
    "an empty kid": (lambda: saying(header={"kid": ""}), "unknown_key"),
    "a kid that is a list": (lambda: saying(header={"kid": ["key-1"]}), "unknown_key"),
    "a key from the header": (
        lambda: signed({}, KEY, {"kid": "key-1", "jwk": public_jwk("key-1", KEY)}), "forbidden_header"
    ),
    "a key from an address": (lambda: saying(header={"jku": "https://evil.example"}), "forbidden_header"),
    "a certificate chain": (lambda: saying(header={"x5c": ["MIIB"]}), "forbidden_header"),
    "an unknown critical header": (lambda: saying(header={"crit": ["exp"]}), "forbidden_header"),
    "another's signature": (lambda: signed({"iss": IDP.issuer}, KEY, {"kid": "key-1"}), "bad_signature"),
    "an access token where an id token belongs": (lambda: saying(header={"typ": "at+jwt"}), "wrong_type"),
    "a logout token": (lambda: saying(header={"typ": "logout+jwt"}), "wrong_type"),
    "an untyped logout token": (
        lambda: saying(events={"http://schemas.openid.net/event/backchannel-logout": {}}), "wrong_type"
    ),
    "another issuer": (lambda: saying(iss="https://evil.example"), "wrong_issuer"),
    "an issuer with a slash": (lambda: saying(iss=IDP.issuer + "/"), "wrong_issuer"),
    "no issuer": (lambda: saying(iss=...), "missing_claim"),
    "another audience": (lambda: saying(aud="other"), "wrong_audience"),
    "an audience beside ours": (lambda: saying(aud=[AUDIENCE, "other"]), "wrong_audience"),
    "no audience": (lambda: saying(aud=...), "missing_claim"),
    "an empty audience": (lambda: saying(aud=[]), "wrong_audience"),
    "an audience in an object": (lambda: saying(aud={AUDIENCE: 1}), "wrong_audience"),
    "an audience in a list in a list": (lambda: saying(aud=[[AUDIENCE]]), "wrong_audience"),
    "no subject": (lambda: saying(sub=...), "missing_claim"),
    "an empty subject": (lambda: saying(sub=""), "invalid_claim"),
    "a subject of 256": (lambda: saying(sub="s" * 256), "invalid_claim"),
    "a subject with a NUL": (lambda: saying(sub="a\0b"), "invalid_claim"),
    "no end": (lambda: saying(exp=...), "missing_claim"),
    "no beginning": (lambda: saying(iat=...), "missing_claim"),
    "an end in text": (lambda: saying(exp=str(AT + 60)), "invalid_claim"),
    "an end in a fraction": (lambda: saying(exp=AT + 60.5), "invalid_claim"),
    "expired 30 seconds ago": (lambda: saying(iat=AT - 100, exp=AT - 30), "expired"),
    "made in 31 seconds": (lambda: saying(iat=AT + 31), "not_yet_valid"),
    "valid from in 31 seconds": (lambda: saying(nbf=AT + 31), "not_yet_valid"),
    "valid for two days": (lambda: saying(exp=AT + 2 * 86400), "lifetime_too_long"),
    "ended before it began": (lambda: saying(iat=AT + 20, exp=AT + 10), "invalid_claim"),
    "more than 8 KB": (lambda: saying(groups=["g" * 100] * 100), "too_large"),
    "nested like a bomb": (lambda: saying(groups=_nested(70)), "malformed"),
    "not a token": (lambda: "eyJ.x", "malformed"),
}  # fmt: skip
KEY = new_key()


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(attack: str) -> None:
    forge, reason = ATTACKS[attack]
    with pytest.raises(TokenRefused) as refused:
        verify(forge())
    assert refused.value.reason == reason


def test_what_was_expected_is_believed() -> None:
    found = verify(saying())
    assert (found.subject, found.claims["email"]) == ("user-1", "sam@vendor.example")
    assert found.expires_at - found.issued_at == timedelta(hours=1)
    assert verify(saying(aud=[AUDIENCE, "second"])).subject == "user-1"
    assert verify(saying(header={"typ": None})).subject == "user-1"
    assert verify(saying(iat=AT - 100, exp=AT - 29)).subject == "user-1"
    assert verify(saying(iat=AT + 30, nbf=AT + 30)).subject == "user-1"
    assert verify(saying(kid="rsa"), algorithm="RS256").subject == "user-1"
    typed = frozenset({"at+jwt"})
    assert verify(saying(header={"typ": "AT+jwt"}), types=typed).subject == "user-1"
    with pytest.raises(TokenRefused, match="wrong_type"):
        verify(saying(), types=typed)
    assert kid_of(saying(), TYPES) == "key-1"


def test_a_key_need_not_be_named_where_only_one_fits() -> None:
    nameless = saying(header={"kid": None})
    assert verify(nameless).subject == "user-1"
    assert kid_of(nameless, TYPES) is None
    both = KeyRing(tuple(key for ring in RINGS.values() for key in ring.keys))
    assert [key_of(saying(kid=kid, header={"kid": None}), TYPES, both).kid for kid in ("key-1", "rsa")] == [
        "key-1", "rsa",
    ]  # fmt: skip
    several = KeyRing((*both.keys, verification_key(public_jwk("key-2", KEY))))
    with pytest.raises(TokenRefused, match="unknown_key") as refused:
        key_of(nameless, TYPES, several)
    assert "more than one of the known keys fits" in refused.value.sentence
    with pytest.raises(TokenRefused, match="unknown_key"):
        verify_foreign_token(nameless, KeyRing((several.keys[0], several.keys[2])), expected(), NOW)
    assert key_of(saying(kid="rsa", header={"kid": None}), TYPES, several).kid == "rsa"


def test_a_statement_without_its_beginning_is_short_counted_from_now() -> None:
    short = {"needs_iat": False, "longest": timedelta(minutes=5)}
    assert verify(saying(iat=..., exp=AT + 300), **short).subject == "user-1"
    with pytest.raises(TokenRefused, match="lifetime_too_long"):
        verify(saying(iat=..., exp=AT + 400), **short)
    with pytest.raises(TokenRefused, match="expired"):
        verify(saying(iat=..., exp=AT - 1), **short)


def test_a_ring_of_two_algorithms_is_the_callers_mistake() -> None:
    both = KeyRing((*RINGS["key-1"].keys, *RINGS["rsa"].keys))
    with pytest.raises(ValueError, match="one pinned algorithm"):
        verify_foreign_token(saying(), both, expected(), NOW)


def _nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found
