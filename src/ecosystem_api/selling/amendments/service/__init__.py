"""Use cases of amendments, by verb."""

from ecosystem_api.selling.amendments.service.decide import accept, lapse, refuse, withdraw
from ecosystem_api.selling.amendments.service.propose import propose
from ecosystem_api.selling.amendments.service.read import get_amendment, list_amendments

__all__ = ["accept", "get_amendment", "lapse", "list_amendments", "propose", "refuse", "withdraw"]
