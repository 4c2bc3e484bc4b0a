"""The only door for access tokens: what a token must be, claim by claim, before anybody believes it.

The header is judged before the signature, the payload only after it. Refusals carry a stable reason and nothing from
the token or the library, so they are safe to show and to log.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from jose import jwk, jws
from jose.exceptions import JWSError

from ecosystem_api.runtime.tokens.keys import KeyRing, VerificationKey, decode_base64url

LEEWAY = timedelta(seconds=30)
LIFETIME_MAX = timedelta(minutes=15)
TOKEN_BYTES_MAX = 8192
BRACKETS_MAX = 64
CLAIM_CHARACTERS_MAX = 255
INSTANT_MAX = 253_402_300_799  # the last second of the year 9999, the last one a datetime can hold

FORBIDDEN_HEADERS = frozenset({"crit", "jku", "x5u", "x5c", "jwk", "b64", "cty", "zip", "enc"})
TYPES = frozenset({"at+jwt", "application/at+jwt"})

Reason = Literal[
    "too_large",
    "malformed",
    "forbidden_header",
    "wrong_type",
    "unknown_key",
    "wrong_algorithm",
    "bad_signature",
    "missing_claim",
    "invalid_claim",
    "wrong_issuer",
    "wrong_audience",
    "expired",
    "not_yet_valid",
    "lifetime_too_long",
]

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SCOPE = re.compile(r"(?:[!#-\[\]-~]+(?: [!#-\[\]-~]+)*)?")  # RFC 6749 section 3.3


class TokenRefused(Exception):  # noqa: N818 - a refusal is the expected answer here, not an error
    """The token is not a valid access token for this API."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class AccessClaims:
    """What a verified token says; made only by `verify_access_token`."""

    subject: str
    client_id: str
    vendor: str
    partner: str | None
    role: str
    scope: frozenset[str]
    jti: str
    issued_at: datetime
    expires_at: datetime


def verify_access_token(token: str, ring: KeyRing, *, issuer: str, audience: str, now: datetime) -> AccessClaims:
    """A token is believed only if every rule below holds at `now`; otherwise it is refused.

    Edges: expiry is exclusive and extended by the leeway (refused from `exp` + 30 s on); `nbf` and `iat` may lie up
    to 30 s ahead, inclusive. `aud` is our audience or an array of it alone. An absent `partner` or `scope` means
    none. ECDSA signatures have two valid spellings: revoke by `jti`, never by the token's text.
    Errors: TokenRefused, and nothing else whatever the token; ValueError when `now` has no time zone.
    Source: RFC 8725 section 3, RFC 9068 section 4.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    try:
        key = _judge_header(token, ring)
        claims = _read_object(_verified_payload(token, key))
        return _judge_claims(claims, issuer=issuer, audience=audience, now=now)
    except TokenRefused:
        raise
    except Exception:
        # Fail closed: an input nobody thought of is a refusal, and the library's words stay inside.
        raise TokenRefused("malformed") from None


def is_claim_text(value: object) -> bool:
    """Whether a value can be a textual claim: 1 to 255 printable characters, so no NUL and no lone surrogate."""
    return isinstance(value, str) and 0 < len(value) <= CLAIM_CHARACTERS_MAX and value.isprintable()


def is_scope(value: object) -> bool:
    """Whether a value can be a scope claim: scope tokens separated by single spaces, possibly none."""
    return isinstance(value, str) and _SCOPE.fullmatch(value) is not None


def _judge_header(token: str, ring: KeyRing) -> VerificationKey:
    if len(token) > TOKEN_BYTES_MAX:
        raise TokenRefused("too_large")
    if _COMPACT.fullmatch(token) is None:
        raise TokenRefused("malformed")
    header, _, _ = map(decode_base64url, token.split("."))
    members = _read_object(header)
    if FORBIDDEN_HEADERS & members.keys():
        raise TokenRefused("forbidden_header")
    kind = members.get("typ")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise TokenRefused("wrong_type")
    kid = members.get("kid")
    key = ring.find(kid) if isinstance(kid, str) else None
    if key is None:
        raise TokenRefused("unknown_key")
    if members.get("alg") != key.algorithm:
        raise TokenRefused("wrong_algorithm")
    return key


def _verified_payload(token: str, key: VerificationKey) -> bytes:
    # The library checks the signature and no claim: its own claim checks read the wall clock and forgive absent ones.
    prepared = jwk.construct(key.public_key, key.algorithm)
    try:
        payload: bytes = jws.verify(token, prepared, [key.algorithm])
    except JWSError:
        raise TokenRefused("bad_signature") from None
    return payload


def _read_object(raw: bytes) -> dict[str, object]:
    text = raw.decode("utf-8")
    # Nothing can be nested deeper than it has opening brackets; counting them is cheaper than recursing into them.
    if text.count("[") + text.count("{") > BRACKETS_MAX:
        raise TokenRefused("malformed")
    value = json.loads(text, object_pairs_hook=_unique_names, parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise TokenRefused("malformed")
    return value


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise TokenRefused("malformed")
    return members


def _refuse_constant(_: str) -> object:
    raise TokenRefused("malformed")  # NaN and Infinity are not JSON


def _judge_claims(claims: Mapping[str, object], *, issuer: str, audience: str, now: datetime) -> AccessClaims:
    if _required(claims, "iss") != issuer:
        raise TokenRefused("wrong_issuer")
    if _required(claims, "aud") not in (audience, [audience]):
        raise TokenRefused("wrong_audience")
    issued_at, expires_at = _instant(claims, "iat"), _instant(claims, "exp")
    _judge_times(issued_at, expires_at, _instant(claims, "nbf") if "nbf" in claims else issued_at, now)
    scope = claims.get("scope", "")
    if not isinstance(scope, str) or not is_scope(scope):
        raise TokenRefused("invalid_claim")
    return AccessClaims(
        subject=_text(claims, "sub"),
        client_id=_text(claims, "client_id"),
        vendor=_text(claims, "vendor"),
        partner=None if claims.get("partner") is None else _text(claims, "partner"),
        role=_text(claims, "role"),
        scope=frozenset(scope.split()),
        jti=_text(claims, "jti"),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _judge_times(issued_at: datetime, expires_at: datetime, not_before: datetime, now: datetime) -> None:
    if now - LEEWAY >= expires_at:
        raise TokenRefused("expired")
    if max(issued_at, not_before) > now + LEEWAY:
        raise TokenRefused("not_yet_valid")
    if expires_at <= issued_at:
        raise TokenRefused("invalid_claim")
    if expires_at - issued_at > LIFETIME_MAX + LEEWAY:
        raise TokenRefused("lifetime_too_long")


def _required(claims: Mapping[str, object], name: str) -> object:
    if name not in claims:
        raise TokenRefused("missing_claim")
    return claims[name]


def _text(claims: Mapping[str, object], name: str) -> str:
    value = _required(claims, name)
    if not isinstance(value, str) or not is_claim_text(value):
        raise TokenRefused("invalid_claim")
    return value


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = _required(claims, name)
    # A bool is an int to Python, and a fraction of a second has no use here: only whole seconds are instants.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= INSTANT_MAX:
        raise TokenRefused("invalid_claim")
    return datetime.fromtimestamp(value, UTC)
