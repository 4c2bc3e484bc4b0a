"""What this room offers the house."""

from ecosystem_api.network.partners import service
from ecosystem_api.network.partners.events import (
    MOVES,
    PartnerCreated,
    PartnerMerged,
    PartnerPersonaAdded,
    PartnerPersonaEnded,
    PartnerRelationshipAdded,
    PartnerRelationshipRemoved,
    PartnerUpdated,
)
from ecosystem_api.network.partners.facts import FACTS
from ecosystem_api.network.partners.jobs import HANDLERS
from ecosystem_api.network.partners.routes import router
from ecosystem_api.network.partners.schemas import PartnerCreate, PartnerImport
from ecosystem_api.network.partners.tables import (
    PartnerAliasRow,
    PartnerExternalIdRow,
    PartnerPersonaRow,
    PartnerRelationshipRow,
    PartnerRow,
    PartnerStatusChangeRow,
    PartnerWordRow,
)
from ecosystem_api.runtime.area import Area, Exports, Grant, ImportKind
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, EVERYONE, Role
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk
from ecosystem_api.runtime.merge import Follower

BULK = BulkKind(
    name="partners",
    path="/v1/partners/bulk",
    item=PartnerCreate,
    permission="partners:manage",
    apply=service.put_partner,
    known_by="A partner is known by any of its `external_ids`.",
)

AREA = Area(
    name="network/partners",
    router=router,
    tables=(
        PartnerRow,
        PartnerPersonaRow,
        PartnerAliasRow,
        PartnerExternalIdRow,
        PartnerRelationshipRow,
        PartnerStatusChangeRow,
        PartnerWordRow,
    ),
    exports=(
        Exports("partners"),
        Exports("partner_personas"),
        Exports("partner_aliases"),
        Exports("partner_external_ids"),
        Exports("partner_relationships"),
        Exports("partner_status_changes"),
        Exports("partner_words", withheld="Made of what the other tables hold."),
    ),
    grants=(
        Grant("partners:read", EVERYONE, "Read partners; a partner itself alone."),
        Grant("partners:write", EDITORS | {Role.PARTNER_ADMIN}, "Change partners; a partner what it can do and where."),
        Grant("partners:manage", EDITORS, "Add and import partners, give them personas, relate them to each other."),
        Grant("partners:merge", DECIDERS, "Merge one partner into another, for good."),
        Grant("partners:decide", DECIDERS, "Move partners along their way: accept, activate, suspend, offboard."),
    ),
    events=(
        PartnerCreated,
        PartnerUpdated,
        *MOVES.values(),
        PartnerPersonaAdded,
        PartnerPersonaEnded,
        PartnerRelationshipAdded,
        PartnerRelationshipRemoved,
        PartnerMerged,
    ),
    facts=FACTS,
    bulks=(offer_bulk(router, BULK),),
    handlers=HANDLERS,
    followers=(Follower("partners", service.follow_merge),),
    merges=("partner_id",),
    know_partner=service.know_partner,
    imports=(ImportKind("partners", PartnerImport, "external_id", "partners:manage", service.import_partner),),
)
