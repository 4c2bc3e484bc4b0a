"""Use cases of amendments: propose one, decide about it, read them."""

from ecosystem_api.selling.amendments.service.decide import accept, apply_by_silence, lapse, refuse, withdraw
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
    "apply_by_silence",
    "get_amendment",
    "lapse",
    "list_amendments",
    "propose",
    "refuse",
    "withdraw",
]
