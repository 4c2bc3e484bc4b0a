"""What this room offers the house."""

from ecosystem_api.cosell.disputes import service
from ecosystem_api.cosell.disputes.events import EVENTS
from ecosystem_api.cosell.disputes.jobs import HANDLERS
from ecosystem_api.cosell.disputes.routes import router
from ecosystem_api.cosell.disputes.tables import DisputeEvidenceRow, DisputePartyRow, DisputeRow
from ecosystem_api.runtime.area import Area, Exports, Grant, Subject
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, PARTNER_ROLES, STAFF_AND_SYSTEMS

AREA = Area(
    name="cosell/disputes",
    router=router,
    tables=(DisputeRow, DisputePartyRow, DisputeEvidenceRow),
    exports=(Exports("disputes"), Exports("dispute_parties"), Exports("dispute_evidence")),
    grants=(
        Grant(
            "disputes:read",
            STAFF_AND_SYSTEMS | PARTNER_ROLES,
            "Read appeals and disputes; a partner those it is a side of.",
        ),
        Grant("disputes:write", EDITORS | PARTNER_ROLES, "Open and withdraw appeals and disputes, bring evidence."),
        Grant("disputes:decide", DECIDERS, "Rule on appeals and disputes."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
    subjects=(
        Subject(
            service.SUBJECT, "dsp", "disputes:read", "disputes:decide", service.dispute_answers, service.deciders_of
        ),
    ),
)
