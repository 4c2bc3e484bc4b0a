"""Tables of accounts: the records, their names and families over time."""

from ecosystem_api.market.accounts.tables.families import AccountAliasRow, AccountRelationRow, holds_on, parent_on
from ecosystem_api.market.accounts.tables.records import (
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
)

__all__ = [
    "AccountAliasRow",
    "AccountExternalIdRow",
    "AccountIdentifierRow",
    "AccountNameKeyRow",
    "AccountPartnerRow",
    "AccountRelationRow",
    "AccountRow",
    "AccountStaffWordRow",
    "AccountWordRow",
    "holds_on",
    "parent_on",
]
