"""Use cases of recognition, by verb: recognise a customer, know what rules ask of it, match, say how sure to be."""

from ecosystem_api.market.recognition.service.bulk import import_account, put_account
from ecosystem_api.market.recognition.service.know import AccountKnowledge, know_account, know_locked, relatives_among
from ecosystem_api.market.recognition.service.match import find_candidates, match_account
from ecosystem_api.market.recognition.service.recognise import Named, name_customer, resolve_account
from ecosystem_api.market.recognition.service.tune import get_matching, update_matching
from ecosystem_api.market.recognition.store import distinguish, forget_distinction

__all__ = [
    "AccountKnowledge",
    "Named",
    "distinguish",
    "find_candidates",
    "forget_distinction",
    "get_matching",
    "import_account",
    "know_account",
    "know_locked",
    "match_account",
    "name_customer",
    "put_account",
    "relatives_among",
    "resolve_account",
    "update_matching",
]
