"""Use cases of accounts, by verb: create, keep, read and find the record, its names and its family; join two records.

Whether two accounts are one customer is not judged here: `market/recognition` asks for what is known of both.
"""

from ecosystem_api.market.accounts.answers import named_with
from ecosystem_api.market.accounts.service.create import create_account
from ecosystem_api.market.accounts.service.family import read_family, relatives_of, with_former
from ecosystem_api.market.accounts.service.follow import follow_account, follow_merge
from ecosystem_api.market.accounts.service.join import (
    begin_join,
    begin_return,
    finish_join,
    finish_return,
    hold_account,
    merged_into,
    part_off,
    parts_of,
    settle,
)
from ecosystem_api.market.accounts.service.keep import add_imported, note_customers, note_engaged, update_account
from ecosystem_api.market.accounts.service.read import (
    account_answers,
    get_account,
    list_accounts,
    read_account,
    show_account,
)
from ecosystem_api.market.accounts.service.refer import (
    ReferredAccount,
    Versions,
    link_partner,
    lock_accounts,
    require_account,
)
from ecosystem_api.market.accounts.service.relate import (
    add_relation,
    decide_relation,
    get_relation,
    list_relations,
    lock_families,
    propose_relation,
    refuse_unknown,
    update_relation,
)
from ecosystem_api.market.accounts.service.search import find_by_external_ids
from ecosystem_api.market.accounts.service.spell import (
    add_alias,
    decide_alias,
    get_alias,
    list_aliases,
    observe_alias,
    update_alias,
)
from ecosystem_api.market.accounts.store import (
    describing_alike,
    describing_one,
    find_by_external_id,
    holding_keys,
    names_of,
)

__all__ = [
    "ReferredAccount",
    "Versions",
    "account_answers",
    "add_alias",
    "add_imported",
    "add_relation",
    "begin_join",
    "begin_return",
    "create_account",
    "decide_alias",
    "decide_relation",
    "describing_alike",
    "describing_one",
    "find_by_external_id",
    "find_by_external_ids",
    "finish_join",
    "finish_return",
    "follow_account",
    "follow_merge",
    "get_account",
    "get_alias",
    "get_relation",
    "hold_account",
    "holding_keys",
    "link_partner",
    "list_accounts",
    "list_aliases",
    "list_relations",
    "lock_accounts",
    "lock_families",
    "merged_into",
    "named_with",
    "names_of",
    "note_customers",
    "note_engaged",
    "observe_alias",
    "part_off",
    "parts_of",
    "propose_relation",
    "read_account",
    "read_family",
    "refuse_unknown",
    "relatives_of",
    "require_account",
    "settle",
    "show_account",
    "update_account",
    "update_alias",
    "update_relation",
    "with_former",
]
