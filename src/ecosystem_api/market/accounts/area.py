"""What this room offers the house."""

from ecosystem_api.market.accounts import service
from ecosystem_api.market.accounts.events import (
    AccountAliasConfirmed,
    AccountAliasProposed,
    AccountAliasRefused,
    AccountAliasUpdated,
    AccountCreated,
    AccountRelationConfirmed,
    AccountRelationProposed,
    AccountRelationRefused,
    AccountRelationUpdated,
    AccountUpdated,
)
from ecosystem_api.market.accounts.routes import router
from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRelationRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
)
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import EDITORS, EVERYONE
from ecosystem_api.runtime.merge import Follower

AREA = Area(
    name="market/accounts",
    router=router,
    tables=(
        AccountRow,
        AccountIdentifierRow,
        AccountAliasRow,
        AccountRelationRow,
        AccountNameKeyRow,
        AccountExternalIdRow,
        AccountPartnerRow,
        AccountWordRow,
        AccountStaffWordRow,
    ),
    exports=(
        Exports("accounts"),
        Exports("account_identifiers"),
        Exports("account_aliases"),
        Exports("account_relations"),
        Exports("account_name_keys", withheld="follows from the names and aliases"),
        Exports("account_external_ids"),
        Exports("account_partners"),
        Exports("account_words", withheld="follows from the names and domains"),
        Exports("account_staff_words", withheld="follows from the aliases and external ids"),
    ),
    grants=(
        Grant("accounts:read", EVERYONE, "Read end customers; a partner those it named or works on."),
        Grant("accounts:manage", EDITORS, "Change accounts and what only the vendor's side knows of them."),
    ),
    events=(
        AccountCreated,
        AccountUpdated,
        AccountAliasProposed,
        AccountAliasConfirmed,
        AccountAliasRefused,
        AccountAliasUpdated,
        AccountRelationProposed,
        AccountRelationConfirmed,
        AccountRelationRefused,
        AccountRelationUpdated,
    ),
    followers=(Follower("partners", service.follow_merge), Follower("accounts", service.follow_account)),
    merges=("account_id",),
)
