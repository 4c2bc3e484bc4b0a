"""Use cases of extension requests, by verb."""

from ecosystem_api.selling.extensions.service.ask import ask
from ecosystem_api.selling.extensions.service.decide import approve, lapse, reject, withdraw
from ecosystem_api.selling.extensions.service.read import get_request, list_requests

__all__ = ["approve", "ask", "get_request", "lapse", "list_requests", "reject", "withdraw"]
