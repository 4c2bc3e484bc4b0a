"""Reading compact JWS: the header before the signature, the payload only after it, and nothing read twice."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from jose import jwk, jws
from jose.exceptions import JWSError

from ecosystem_api.runtime.tokens.keys import KeyRing, VerificationKey, decode_base64url
from ecosystem_api.runtime.tokens.reasons import TokenRefused

LEEWAY = timedelta(seconds=30)
TOKEN_BYTES_MAX = 8192
BRACKETS_MAX = 64
CLAIM_CHARACTERS_MAX = 255
INSTANT_MAX = 253_402_300_799  # the last second of the year 9999, the last one a datetime can hold

FORBIDDEN_HEADERS = frozenset({"crit", "jku", "x5u", "x5c", "jwk", "b64", "cty", "zip", "enc"})

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def read_header(token: str, types: frozenset[str]) -> Mapping[str, object]:
    """The header of a token, judged by itself: nothing in it is believed yet.

    Shape: `types` are the media types accepted in `typ`, in lower case; an empty one accepts its absence.
    Errors: TokenRefused.
    """
    if len(token) > TOKEN_BYTES_MAX:
        raise TokenRefused("too_large")
    if _COMPACT.fullmatch(token) is None:
        raise TokenRefused("malformed")
    try:
        header, _, _ = map(decode_base64url, token.split("."))
        members = _read_object(header)
    except ValueError:
        raise TokenRefused("malformed") from None
    if FORBIDDEN_HEADERS & members.keys():
        raise TokenRefused("forbidden_header")
    kind = members.get("typ", "")
    if not isinstance(kind, str) or kind.lower() not in types:
        raise TokenRefused("wrong_type")
    if not isinstance(members.get("kid", ""), str):
        raise TokenRefused("unknown_key", "Its header's kid is no text.")
    return members


def signer(members: Mapping[str, object], ring: KeyRing, *, needs_kid: bool) -> VerificationKey:
    """The one key of the ring that a header may mean: the one its `kid` names.

    Edges: without `needs_kid` a header without `kid` means the only key that serves its `alg`. That finds a key, as a
    `kid` does; how the signature is checked is up to the key alone.
    Errors: TokenRefused where no key is meant, or several may be.
    Source: RFC 7515 section 4.1.4, OpenID Connect Core section 10.1.
    """
    kid, algorithm = members.get("kid"), members.get("alg")
    if kid is not None:
        named = ring.find(str(kid))
        if named is None:
            raise TokenRefused("unknown_key")
        if algorithm != named.algorithm:
            raise TokenRefused("wrong_algorithm")
        return named
    if needs_kid:
        raise TokenRefused("unknown_key", "Its header has no kid, the name of the key that signed it.")
    fitting = [key for key in ring.keys if key.algorithm == algorithm]
    if not fitting:
        raise TokenRefused("wrong_algorithm", "Its header has no kid, and its alg is that of none of the known keys.")
    if len(fitting) > 1:
        raise TokenRefused(
            "unknown_key",
            "Its header has no kid, and more than one of the known keys fits: name the one that signed it.",
        )
    return fitting[0]


def verified_claims(
    token: str, types: frozenset[str], ring: KeyRing, *, needs_kid: bool = True
) -> Mapping[str, object]:
    """The payload of a token whose signature holds under the one key its header means, and that key's one algorithm.

    Errors: TokenRefused; others for input nobody thought of, which the caller refuses as malformed.
    """
    key = signer(read_header(token, types), ring, needs_kid=needs_kid)
    return _read_object(_verified_payload(token, key))


def claimed(token: str, types: frozenset[str], name: str) -> str:
    """A textual claim that nobody has verified: good for finding out what to verify the token against.

    Errors: TokenRefused.
    """
    read_header(token, types)
    try:
        claims = _read_object(decode_base64url(token.split(".")[1]))
    except ValueError:
        raise TokenRefused("malformed") from None
    return text_claim(claims, name)


def is_claim_text(value: object) -> bool:
    """Whether a value can be a textual claim: 1 to 255 printable characters, so no NUL and no lone surrogate."""
    return isinstance(value, str) and 0 < len(value) <= CLAIM_CHARACTERS_MAX and value.isprintable()


def judge_times(
    issued_at: datetime, expires_at: datetime, not_before: datetime, now: datetime, longest: timedelta
) -> None:
    """A token holds now and was not made to hold for longer than `longest`. Errors: TokenRefused."""
    if now - LEEWAY >= expires_at:
        raise TokenRefused("expired")
    if max(issued_at, not_before) > now + LEEWAY:
        raise TokenRefused("not_yet_valid")
    if expires_at <= issued_at:
        raise TokenRefused("invalid_claim", "Its exp does not come after its iat.")
    if expires_at - issued_at > longest + LEEWAY:
        allowed = f"{longest.total_seconds():.0f} seconds"
        raise TokenRefused("lifetime_too_long", f"Its exp comes more than {allowed} after its iat, or after now.")


def required(claims: Mapping[str, object], name: str) -> object:
    """The claim, whatever it is. Errors: TokenRefused when it is absent."""
    if name not in claims:
        raise TokenRefused("missing_claim", f"It has no {name}.")
    return claims[name]


def text_claim(claims: Mapping[str, object], name: str) -> str:
    """The claim as a text. Errors: TokenRefused."""
    value = required(claims, name)
    if not isinstance(value, str) or not is_claim_text(value):
        raise TokenRefused(
            "invalid_claim", f"Its {name} is not a text of 1 to {CLAIM_CHARACTERS_MAX} printable characters."
        )
    return value


def instant_claim(claims: Mapping[str, object], name: str) -> datetime:
    """The claim as an instant of whole seconds. Errors: TokenRefused."""
    value = required(claims, name)
    # A bool is an int to Python, and a fraction of a second has no use here: only whole seconds are instants.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= INSTANT_MAX:
        raise TokenRefused("invalid_claim", f"Its {name} is not an instant in whole seconds since 1970.")
    return datetime.fromtimestamp(value, UTC)


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
