"""Tokens that somebody else signed: an identity provider's about a person, a client's about itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ecosystem_api.runtime.tokens.compact import (
    claimed,
    instant_claim,
    judge_times,
    read_header,
    required,
    signer,
    text_claim,
    verified_claims,
)
from ecosystem_api.runtime.tokens.keys import Algorithm, KeyRing, VerificationKey
from ecosystem_api.runtime.tokens.reasons import TokenRefused

_MOST_AUDIENCES = 20


@dataclass(frozen=True)
class Expected:
    """What a foreign token has to be. `types` as in its `typ` header, in lower case; an empty one accepts none.

    Without `needs_iat` a token that does not say when it was made counts as made now.
    """

    types: frozenset[str]
    algorithm: Algorithm
    issuer: str
    audiences: frozenset[str]
    longest: timedelta
    needs_iat: bool = True


@dataclass(frozen=True)
class ForeignClaims:
    """What a verified foreign token says; made only by `verify_foreign_token`."""

    subject: str
    issued_at: datetime
    expires_at: datetime
    claims: Mapping[str, object]


def kid_of(token: str, types: frozenset[str]) -> str | None:
    """The name of the key a token claims to be signed with, to look for before anything is believed; None without one.

    Errors: TokenRefused.
    """
    kid = read_header(token, types).get("kid")
    return None if kid is None else str(kid)


def key_of(token: str, types: frozenset[str], ring: KeyRing) -> VerificationKey:
    """The one key that a token claims to be signed with; it need not name it where only one fits.

    Errors: TokenRefused.
    """
    return signer(read_header(token, types), ring, needs_kid=False)


def claimed_subject(token: str, types: frozenset[str]) -> str:
    """Whom a token claims to be about, to look for before anything is believed. Errors: TokenRefused."""
    return claimed(token, types, "sub")


def verify_foreign_token(token: str, ring: KeyRing, expected: Expected, now: datetime) -> ForeignClaims:
    """A foreign token is believed only if it is exactly what was expected; otherwise it is refused.

    Edges: it need not name its key where the ring holds only one. Every audience it names must be one of ours: a token
    that is also meant for another service could come from there. A logout token (one with `events`) is refused even
    where its type is not told apart.
    Errors: TokenRefused, and nothing else whatever the token.
    Source: RFC 8725 section 3, OpenID Connect Core section 3.1.3.7, RFC 7523 section 3.
    """
    if any(key.algorithm != expected.algorithm for key in ring.keys):
        raise ValueError("a ring for foreign tokens holds keys of the one pinned algorithm")
    try:
        claims = verified_claims(token, expected.types, ring, needs_kid=False)
        return _judge_claims(claims, expected, now)
    except TokenRefused:
        raise
    except Exception:
        # Fail closed: an input nobody thought of is a refusal, and the library's words stay inside.
        raise TokenRefused("malformed") from None


def _judge_claims(claims: Mapping[str, object], expected: Expected, now: datetime) -> ForeignClaims:
    if required(claims, "iss") != expected.issuer:
        raise TokenRefused("wrong_issuer", f"Its iss is not {expected.issuer}.")
    named = required(claims, "aud")
    audiences = named if isinstance(named, list) else [named]
    if not 1 <= len(audiences) <= _MOST_AUDIENCES or not all(
        isinstance(one, str) and one in expected.audiences for one in audiences
    ):
        ours = " or ".join(sorted(expected.audiences))
        raise TokenRefused("wrong_audience", f"Its aud is not {ours}, or names another besides.")
    expires_at = instant_claim(claims, "exp")
    if expected.needs_iat or "iat" in claims:
        made_at = instant_claim(claims, "iat")
    elif expires_at <= now:
        raise TokenRefused("expired")
    else:
        made_at = now
    not_before = instant_claim(claims, "nbf") if "nbf" in claims else made_at
    judge_times(made_at, expires_at, not_before, now, expected.longest)
    if "events" in claims:
        raise TokenRefused("wrong_type")
    return ForeignClaims(text_claim(claims, "sub"), made_at, expires_at, claims)
