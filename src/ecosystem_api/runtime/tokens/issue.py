"""Signing: access tokens, short and for one audience, and documents that anybody may keep and verify."""

import secrets
from datetime import UTC, datetime, timedelta

from jose import jwk, jws, jwt

from ecosystem_api.runtime.tokens.compact import TOKEN_BYTES_MAX, is_claim_text
from ecosystem_api.runtime.tokens.keys import SigningKey
from ecosystem_api.runtime.tokens.verify import LIFETIME_MAX, is_scope

JTI_BYTES = 16


def issue_access_token(
    key: SigningKey,
    *,
    issuer: str,
    audience: str,
    subject: str,
    client_id: str,
    vendor: str,
    partner: str | None,
    role: str,
    scope: str,
    now: datetime,
    lifetime: timedelta,
) -> tuple[str, datetime]:
    """A signed access token and the instant it expires; whatever is issued here, the verifier accepts.

    Shape: JWT of type `at+jwt`, ES256; without a partner the `partner` claim is absent.
    Units: instants are whole seconds; `now` is rounded down, so a token never starts in the future.
    Errors: ValueError for a lifetime under a second or over 15 minutes, a naive `now`, a claim that is empty, over
    255 characters or not printable, a malformed scope, or a token over 8 KB. These are the caller's mistakes.
    Source: RFC 9068 section 2.
    """
    if not timedelta(seconds=1) <= lifetime <= LIFETIME_MAX:
        raise ValueError(f"an access token lives from one second to {LIFETIME_MAX}")
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    texts = {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "client_id": client_id,
        "vendor": vendor,
        "role": role,
        "jti": secrets.token_urlsafe(JTI_BYTES),
    }
    if partner is not None:
        texts["partner"] = partner
    refused = sorted(name for name, text in texts.items() if not is_claim_text(text))
    if refused or not is_scope(scope):
        raise ValueError(f"not a claim's text: {', '.join(refused) or 'scope'}")

    issued_at = int(now.timestamp())
    expires_at = issued_at + int(lifetime.total_seconds())
    claims = {**texts, "scope": scope, "iat": issued_at, "nbf": issued_at, "exp": expires_at}
    signer = jwk.construct(key.private_key, "ES256")
    token: str = jwt.encode(claims, signer, "ES256", headers={"typ": "at+jwt", "kid": key.kid})
    if len(token) > TOKEN_BYTES_MAX:
        raise ValueError(f"a token has at most {TOKEN_BYTES_MAX} bytes; this scope is too long")
    return token, datetime.fromtimestamp(expires_at, UTC)


def sign_document(key: SigningKey, payload: bytes, typ: str) -> str:
    """A document as a compact JWS, for anybody who has the public keys.

    Shape: ES256; `typ` says what it is and must not be a token's.
    Errors: ValueError for a `typ` under which a verifier would take it for a token.
    Source: RFC 7515; RFC 8725 section 3.11 for the explicit type.
    """
    if typ.lower().removeprefix("application/") in ("jwt", "at+jwt"):
        raise ValueError(f"a document is not a token: {typ}")
    signer = jwk.construct(key.private_key, "ES256")
    signed: str = jws.sign(payload, signer, headers={"typ": typ, "kid": key.kid}, algorithm="ES256")
    return signed
