"""Use cases of extension requests: ask for one, decide about it, read them."""

from ecosystem_api.selling.extensions.service.ask import ask
from ecosystem_api.selling.extensions.service.decide import approve, grant_by_silence, lapse, reject, withdraw
from ecosystem_api.selling.extensions.service.keep import keep_until_answered
from ecosystem_api.selling.extensions.service.overturn import find_contested, grant_by_ruling
from ecosystem_api.selling.extensions.service.read import SUBJECT, get_request, list_requests, request_answers

__all__ = [
    "SUBJECT",
    "approve",
    "ask",
    "find_contested",
    "get_request",
    "grant_by_ruling",
    "grant_by_silence",
    "keep_until_answered",
    "lapse",
    "list_requests",
    "reject",
    "request_answers",
    "withdraw",
]
