"""What can be counted here."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, null, select

from ecosystem_api.network.partners.tables import PartnerRow, PartnerStatusChangeRow
from ecosystem_api.runtime.area import Fact
from ecosystem_api.runtime.ledger.tables import EventRow


def _steps(*which: ColumnElement[bool]) -> Select[Any]:
    step = PartnerStatusChangeRow
    dimensions = func.jsonb_build_object(
        "country", PartnerRow.country, "tier", PartnerRow.tier, "size_band", PartnerRow.size_band, "reason", step.reason
    )
    return (
        select(
            step.vendor_id,
            step.partner_id,
            step.at,
            literal(1).label("value"),
            cast(null(), Text).label("currency"),
            dimensions.label("dimensions"),
            EventRow.subject_id,
            EventRow.position.label("event_position"),
        )
        .join(PartnerRow, (PartnerRow.vendor_id == step.vendor_id) & (PartnerRow.id == step.partner_id))
        .join(EventRow, (EventRow.vendor_id == step.vendor_id) & (EventRow.id == step.event_id))
        .where(*which)
    )


FACTS = (
    Fact(
        "partners_recruited",
        "A partner was added to the ecosystem, wherever on its way it began.",
        "partners",
        _steps(PartnerStatusChangeRow.action == "create"),
    ),
    Fact(
        "partners_activated",
        "A partner may do business for the first time: it was activated, or added as active. Reinstating is no second.",
        "partners",
        _steps(PartnerStatusChangeRow.to_status == "active", PartnerStatusChangeRow.action.in_(("create", "activate"))),
    ),
)
