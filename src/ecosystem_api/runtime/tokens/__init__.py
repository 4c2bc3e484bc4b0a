"""Access tokens, the keys that sign them, and what buys them: client secrets, and tokens that others signed.

Pure values and functions: no database, no web framework, no clock of their own. The JOSE library verifies one
signature and makes one; everything it leaves open (unknown `crit`, absent `aud`, repeated names, keys taken from
the header, deep nesting) is decided here, and nothing outside this package may import it.

Source: RFC 7515, 7517, 7519, 7638, RFC 8725 (best current practice), RFC 9068 (access tokens), RFC 8707 (audience).
"""

from ecosystem_api.runtime.tokens.compact import LEEWAY, is_claim_text
from ecosystem_api.runtime.tokens.foreign import (
    Expected,
    ForeignClaims,
    claimed_subject,
    key_of,
    kid_of,
    verify_foreign_token,
)
from ecosystem_api.runtime.tokens.issue import issue_access_token, sign_document
from ecosystem_api.runtime.tokens.keys import (
    Algorithm,
    KeyRefused,
    KeyRing,
    SealBroken,
    SigningKey,
    VerificationKey,
    jwks,
    new_signing_key,
    seal,
    unseal,
    verification_key,
)
from ecosystem_api.runtime.tokens.reasons import Reason, TokenRefused
from ecosystem_api.runtime.tokens.secrets import hash_secret, new_client_secret, pepper_id, secret_matches
from ecosystem_api.runtime.tokens.verify import LIFETIME_MAX, AccessClaims, verify_access_token

__all__ = [
    "LEEWAY",
    "LIFETIME_MAX",
    "AccessClaims",
    "Algorithm",
    "Expected",
    "ForeignClaims",
    "KeyRefused",
    "KeyRing",
    "Reason",
    "SealBroken",
    "SigningKey",
    "TokenRefused",
    "VerificationKey",
    "claimed_subject",
    "hash_secret",
    "is_claim_text",
    "issue_access_token",
    "jwks",
    "key_of",
    "kid_of",
    "new_client_secret",
    "new_signing_key",
    "pepper_id",
    "seal",
    "secret_matches",
    "sign_document",
    "unseal",
    "verification_key",
    "verify_access_token",
    "verify_foreign_token",
]
