"""Tables of accounts: the records, their names and families over time, what was merged and told apart."""

from ecosystem_api.market.accounts.tables.families import AccountAliasRow, AccountRelationRow, holds_on, parent_on
from ecosystem_api.market.accounts.tables.merging import AccountDistinctionRow, AccountMergeRow
from ecosystem_api.market.accounts.tables.records import (
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountMatchingRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
)

__all__ = [
    "AccountAliasRow",
    "AccountDistinctionRow",
    "AccountExternalIdRow",
    "AccountIdentifierRow",
    "AccountMatchingRow",
    "AccountMergeRow",
    "AccountNameKeyRow",
    "AccountPartnerRow",
    "AccountRelationRow",
    "AccountRow",
    "AccountStaffWordRow",
    "AccountWordRow",
    "holds_on",
    "parent_on",
]
