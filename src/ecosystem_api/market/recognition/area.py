"""What this room offers the house."""

from ecosystem_api.market.recognition import service
from ecosystem_api.market.recognition.events import AccountMatchingUpdated
from ecosystem_api.market.recognition.routes import router
from ecosystem_api.market.recognition.schemas import AccountImport, AccountResolve
from ecosystem_api.market.recognition.tables import AccountDistinctionRow, AccountMatchingRow
from ecosystem_api.runtime.area import Area, Exports, Grant, ImportKind
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, PARTNER_ROLES
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk

BULK = BulkKind(
    name="accounts",
    path="/v1/accounts/bulk",
    item=AccountResolve,
    permission="accounts:write",
    apply=service.put_account,
    known_by="An account is known by any of its `staff.external_ids`; others are recognised by evidence, as always.",
)

AREA = Area(
    name="market/recognition",
    router=router,
    tables=(AccountDistinctionRow, AccountMatchingRow),
    exports=(Exports("account_distinctions"), Exports("account_matching")),
    grants=(
        Grant("accounts:write", EDITORS | PARTNER_ROLES, "Name an end customer: find it or create it."),
        Grant("accounts:merge", DECIDERS, "Merge accounts, part them, say how sure a match must be."),
    ),
    events=(AccountMatchingUpdated,),
    bulks=(offer_bulk(router, BULK),),
    imports=(ImportKind("accounts", AccountImport, "external_id", "accounts:manage", service.import_account),),
)
