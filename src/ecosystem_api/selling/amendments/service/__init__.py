"""Use cases of amendments: propose one, decide about it, read them."""

from ecosystem_api.selling.amendments.service.decide import accept, apply_by_silence, lapse, refuse, withdraw
from ecosystem_api.selling.amendments.service.overturn import apply_by_ruling, approvals_for, find_contested
from ecosystem_api.selling.amendments.service.propose import propose
from ecosystem_api.selling.amendments.service.read import (
    SUBJECT,
    amendment_answers,
    get_amendment,
    list_amendments,
)

__all__ = [
    "SUBJECT",
    "accept",
    "amendment_answers",
    "apply_by_ruling",
    "apply_by_silence",
    "approvals_for",
    "find_contested",
    "get_amendment",
    "lapse",
    "list_amendments",
    "propose",
    "refuse",
    "withdraw",
]
