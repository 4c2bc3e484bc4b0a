"""Use cases of trusted issuers: manage the trust, and let people in on their word."""

from ecosystem_api.access.issuers.service.manage import (
    add_issuer,
    check_issuer,
    deactivate_all_of,
    get_issuer,
    list_issuers,
    set_active,
    update_issuer,
)
from ecosystem_api.access.issuers.service.sign_in import SignedIn, sign_in

__all__ = [
    "SignedIn",
    "add_issuer",
    "check_issuer",
    "deactivate_all_of",
    "get_issuer",
    "list_issuers",
    "set_active",
    "sign_in",
    "update_issuer",
]
