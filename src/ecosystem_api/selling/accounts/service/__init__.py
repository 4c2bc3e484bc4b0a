"""Use cases of accounts, by verb: recognise a customer, keep its record, read it, tell what rules ask about it."""

from ecosystem_api.selling.accounts.service.bulk import put_account
from ecosystem_api.selling.accounts.service.keep import update_account
from ecosystem_api.selling.accounts.service.merge import follow_merge
from ecosystem_api.selling.accounts.service.read import account_answers, get_account, list_accounts, show_account
from ecosystem_api.selling.accounts.service.recognise import (
    AccountKnowledge,
    find_by_external_id,
    import_account,
    know_account,
    link_partner,
    lock_account,
    match_account,
    require_account,
    resolve_account,
)

__all__ = [
    "AccountKnowledge",
    "account_answers",
    "find_by_external_id",
    "follow_merge",
    "get_account",
    "import_account",
    "know_account",
    "link_partner",
    "list_accounts",
    "lock_account",
    "match_account",
    "put_account",
    "require_account",
    "resolve_account",
    "show_account",
    "update_account",
]
