"""Why a token is refused: a stable word for programs and a sentence for whoever made the token.

Neither carries anything from the token or the library, so both are safe to show and to log.
"""

from typing import Literal

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

_SENTENCES: dict[Reason, str] = {
    "too_large": "It is longer than 8192 characters.",
    "malformed": "It is not a signed JWT: three parts in unpadded base64url, the first two JSON objects.",
    "forbidden_header": "Its header has one of b64, crit, cty, enc, jku, jwk, x5c, x5u and zip; leave it out.",
    "wrong_type": "Its header's typ is that of another kind of token.",
    "unknown_key": "Its header's kid names none of the known keys.",
    "wrong_algorithm": "Its header's alg is not that of the key which its kid names.",
    "bad_signature": (
        "The key that its header names, or the only one that fits, did not sign it. With ES256 a signature is r and s, "
        "32 bytes each, not DER."
    ),
    "missing_claim": "A claim is missing.",
    "invalid_claim": "A claim is not what it has to be.",
    "wrong_issuer": "Its iss names somebody else.",
    "wrong_audience": "Its aud names another service, or another one besides.",
    "expired": "Its exp has passed.",
    "not_yet_valid": "Its iat or nbf lies ahead by more than 30 seconds; compare the clocks.",
    "lifetime_too_long": "There is more time between its iat and its exp than is allowed.",
}


class TokenRefused(Exception):  # noqa: N818 - a refusal is the expected answer here, not an error
    """The token is not what it has to be."""

    def __init__(self, reason: Reason, sentence: str | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.sentence = sentence or _SENTENCES[reason]
