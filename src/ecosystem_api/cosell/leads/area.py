"""What this room offers the house."""

from ecosystem_api.cosell.leads import service
from ecosystem_api.cosell.leads.events import EVENTS
from ecosystem_api.cosell.leads.jobs import HANDLERS
from ecosystem_api.cosell.leads.routes import router
from ecosystem_api.cosell.leads.schemas import LeadCreate, LeadImport
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRoutingRow, LeadRow
from ecosystem_api.runtime.area import Area, Exports, Grant, ImportKind
from ecosystem_api.runtime.caller import EDITORS, EVERYONE, PARTNER_ROLES, STAFF
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk

BULK = BulkKind(
    name="leads",
    path="/v1/leads/bulk",
    item=LeadCreate,
    permission="leads:write",
    apply=service.put_lead,
    known_by="A lead is known by its `external_id`.",
)

AREA = Area(
    name="cosell/leads",
    router=router,
    tables=(LeadRow, LeadRoutingRow, LeadOfferRow),
    exports=(Exports("leads"), Exports("lead_routings"), Exports("lead_offers")),
    grants=(
        Grant("leads:read", EVERYONE, "Read leads and offers; a partner the offers made to it and what it accepted."),
        Grant("leads:write", EDITORS, "Create and change leads."),
        Grant("leads:route", EDITORS, "Have leads routed, and take them back."),
        Grant("leads:work", EDITORS | PARTNER_ROLES, "Accept and decline offers; register and close leads."),
        Grant("leads:explain", STAFF, "Read the rankings by which leads were routed, and verify them."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
    bulks=(offer_bulk(router, BULK),),
    imports=(ImportKind("leads", LeadImport, "external_id", "leads:write", service.import_lead),),
)
