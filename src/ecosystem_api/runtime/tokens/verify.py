"""The only door for access tokens: what a token must be, claim by claim, before anybody believes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ecosystem_api.runtime.tokens.compact import (
    instant_claim,
    judge_times,
    required,
    text_claim,
    verified_claims,
)
from ecosystem_api.runtime.tokens.keys import KeyRing
from ecosystem_api.runtime.tokens.reasons import TokenRefused

LIFETIME_MAX = timedelta(minutes=15)
TYPES = frozenset({"at+jwt", "application/at+jwt"})

_SCOPE = re.compile(r"(?:[!#-\[\]-~]+(?: [!#-\[\]-~]+)*)?")  # RFC 6749 section 3.3


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
        claims = verified_claims(token, TYPES, ring)
        return _judge_claims(claims, issuer=issuer, audience=audience, now=now)
    except TokenRefused:
        raise
    except Exception:
        # Fail closed: an input nobody thought of is a refusal, and the library's words stay inside.
        raise TokenRefused("malformed") from None


def is_scope(value: object) -> bool:
    """Whether a value can be a scope claim: scope tokens separated by single spaces, possibly none."""
    return isinstance(value, str) and _SCOPE.fullmatch(value) is not None


def _judge_claims(claims: Mapping[str, object], *, issuer: str, audience: str, now: datetime) -> AccessClaims:
    if required(claims, "iss") != issuer:
        raise TokenRefused("wrong_issuer")
    if required(claims, "aud") not in (audience, [audience]):
        raise TokenRefused("wrong_audience")
    issued_at, expires_at = instant_claim(claims, "iat"), instant_claim(claims, "exp")
    not_before = instant_claim(claims, "nbf") if "nbf" in claims else issued_at
    judge_times(issued_at, expires_at, not_before, now, LIFETIME_MAX)
    scope = claims.get("scope", "")
    if not isinstance(scope, str) or not is_scope(scope):
        raise TokenRefused("invalid_claim")
    return AccessClaims(
        subject=text_claim(claims, "sub"),
        client_id=text_claim(claims, "client_id"),
        vendor=text_claim(claims, "vendor"),
        partner=None if claims.get("partner") is None else text_claim(claims, "partner"),
        role=text_claim(claims, "role"),
        scope=frozenset(scope.split()),
        jti=text_claim(claims, "jti"),
        issued_at=issued_at,
        expires_at=expires_at,
    )
