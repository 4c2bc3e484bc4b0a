"""What this room offers the house."""

from ecosystem_api.market.accounts import service
from ecosystem_api.market.accounts.events import (
    AccountAliasConfirmed,
    AccountAliasProposed,
    AccountAliasRefused,
    AccountAliasUpdated,
    AccountCreated,
    AccountMatchingUpdated,
    AccountMerged,
    AccountParted,
    AccountRelationConfirmed,
    AccountRelationProposed,
    AccountRelationRefused,
    AccountRelationUpdated,
    AccountUpdated,
)
from ecosystem_api.market.accounts.jobs import HANDLERS
from ecosystem_api.market.accounts.routes import router
from ecosystem_api.market.accounts.schemas import AccountImport, AccountResolve
from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountDistinctionRow,
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountMatchingRow,
    AccountMergeRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRelationRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
)
from ecosystem_api.runtime.area import Area, Exports, Grant, ImportKind
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, EVERYONE, PARTNER_ROLES
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk
from ecosystem_api.runtime.merge import Follower

BULK = BulkKind(
    name="accounts",
    path="/v1/accounts/bulk",
    item=AccountResolve,
    permission="accounts:write",
    apply=service.put_account,
    known_by="An account is known by any of its `staff.external_ids`; others are recognised by evidence, as always.",
)

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
        AccountMergeRow,
        AccountDistinctionRow,
        AccountMatchingRow,
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
        Exports("account_merges"),
        Exports("account_distinctions"),
        Exports("account_matching"),
    ),
    grants=(
        Grant("accounts:read", EVERYONE, "Read end customers; a partner those it named or works on."),
        Grant("accounts:write", EDITORS | PARTNER_ROLES, "Name an end customer: find it or create it."),
        Grant("accounts:manage", EDITORS, "Change accounts and what only the vendor's side knows of them."),
        Grant("accounts:merge", DECIDERS, "Merge accounts, part them, say how sure a match must be."),
    ),
    events=(
        AccountCreated,
        AccountUpdated,
        AccountMerged,
        AccountParted,
        AccountMatchingUpdated,
        AccountAliasProposed,
        AccountAliasConfirmed,
        AccountAliasRefused,
        AccountAliasUpdated,
        AccountRelationProposed,
        AccountRelationConfirmed,
        AccountRelationRefused,
        AccountRelationUpdated,
    ),
    handlers=HANDLERS,
    bulks=(offer_bulk(router, BULK),),
    followers=(Follower("partners", service.follow_merge), Follower("accounts", service.follow_account)),
    merges=("account_id",),
    imports=(ImportKind("accounts", AccountImport, "external_id", "accounts:manage", service.import_account),),
)
