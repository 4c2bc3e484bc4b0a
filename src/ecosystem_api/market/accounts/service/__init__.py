"""Use cases of accounts, by verb: recognise a customer, keep, merge, part and read its record, tell what rules ask."""

from ecosystem_api.market.accounts.service.bulk import put_account
from ecosystem_api.market.accounts.service.family import read_family
from ecosystem_api.market.accounts.service.follow import follow_account, follow_merge
from ecosystem_api.market.accounts.service.keep import note_customers, note_engaged, update_account
from ecosystem_api.market.accounts.service.know import (
    AccountKnowledge,
    know_account,
    know_locked,
    lock_accounts,
    relatives_among,
)
from ecosystem_api.market.accounts.service.match import find_candidates, match_account
from ecosystem_api.market.accounts.service.merge import follow_late, list_merges, merge_account
from ecosystem_api.market.accounts.service.part import split_account
from ecosystem_api.market.accounts.service.read import account_answers, get_account, list_accounts, show_account
from ecosystem_api.market.accounts.service.recognise import (
    Named,
    find_by_external_id,
    import_account,
    link_partner,
    name_customer,
    require_account,
    resolve_account,
)
from ecosystem_api.market.accounts.service.relate import (
    add_relation,
    decide_relation,
    get_relation,
    list_relations,
    update_relation,
)
from ecosystem_api.market.accounts.service.search import named_with
from ecosystem_api.market.accounts.service.spell import (
    add_alias,
    decide_alias,
    get_alias,
    list_aliases,
    update_alias,
)
from ecosystem_api.market.accounts.service.tune import get_matching, update_matching

__all__ = [
    "AccountKnowledge",
    "Named",
    "account_answers",
    "add_alias",
    "add_relation",
    "decide_alias",
    "decide_relation",
    "find_by_external_id",
    "find_candidates",
    "follow_account",
    "follow_late",
    "follow_merge",
    "get_account",
    "get_alias",
    "get_matching",
    "get_relation",
    "import_account",
    "know_account",
    "know_locked",
    "link_partner",
    "list_accounts",
    "list_aliases",
    "list_merges",
    "list_relations",
    "lock_accounts",
    "match_account",
    "merge_account",
    "name_customer",
    "named_with",
    "note_customers",
    "note_engaged",
    "put_account",
    "read_family",
    "relatives_among",
    "require_account",
    "resolve_account",
    "show_account",
    "split_account",
    "update_account",
    "update_alias",
    "update_matching",
    "update_relation",
]
