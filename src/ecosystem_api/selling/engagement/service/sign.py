"""The rules of engagement, signed: what a vendor published can be shown to anybody, and not be denied."""

from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.canonical import canonical_json
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.selling.engagement.schemas import RuleBookRead

TYP = "rules-of-engagement+jws"


def sign_rules(machinery: Machinery, vendor_id: UUID, book: RuleBookRead, now: datetime) -> str:
    """The book as a compact JWS; its payload is the JSON answer with the issuer, the vendor and the instant.

    Source: RFC 7515. The `typ` keeps it from being taken for a token.
    """
    claims = {
        "iss": machinery.settings.public_url,
        "vendor_id": encode("ven", vendor_id),
        "iat": int(now.timestamp()),
        "rules_of_engagement": book.model_dump(mode="json"),
    }
    return machinery.keyring.sign(canonical_json(claims), TYP)
