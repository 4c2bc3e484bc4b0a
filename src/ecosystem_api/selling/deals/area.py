"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports, Grant, ImportKind, Subject
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, EVERYONE, PARTNER_ROLES
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk
from ecosystem_api.runtime.merge import Follower
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.events import EVENTS
from ecosystem_api.selling.deals.facts import FACTS
from ecosystem_api.selling.deals.jobs import HANDLERS
from ecosystem_api.selling.deals.routes import router
from ecosystem_api.selling.deals.schemas import DealImport, DealItem
from ecosystem_api.selling.deals.tables import DealNoteRow, DealProductRow, DealRow, DealWordRow

BULK = BulkKind(
    name="deal_registrations",
    path="/v1/deal-registrations/bulk",
    item=DealItem,
    permission="deals:write",
    apply=service.put_deal,
    known_by="A registration is known by its `external_id` among those of its partner.",
    most=25,  # each may lock its customer and be judged; other registrations of the vendor wait for their numbers
)

AREA = Area(
    name="selling/deals",
    router=router,
    tables=(DealRow, DealProductRow, DealNoteRow, DealWordRow),
    exports=(
        Exports("deal_registrations"),
        Exports("deal_products"),
        Exports("deal_notes"),
        Exports("deal_words", withheld="Made of what the other tables hold."),
    ),
    grants=(
        Grant("deals:read", EVERYONE, "Read deal registrations; a partner its own."),
        Grant("deals:write", EDITORS | PARTNER_ROLES, "Draft, submit, withdraw, release and close deal registrations."),
        Grant("deals:decide", DECIDERS, "Approve, reject, return, extend, revoke and override deal registrations."),
        Grant("deals:check", EDITORS | PARTNER_ROLES, "Ask beforehand what the rules would decide."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
    facts=FACTS,
    subjects=tuple(
        Subject(name, "deal", "deals:read", "deals:decide", service.deal_answers)
        for name in (service.SUBJECT, service.OVERRIDE)
    ),
    bulks=(offer_bulk(router, BULK),),
    followers=(Follower("partners", service.follow_merge), Follower("accounts", service.follow_account)),
    imports=(ImportKind("deal_registrations", DealImport, "external_id", "deals:write", service.import_deal),),
)
