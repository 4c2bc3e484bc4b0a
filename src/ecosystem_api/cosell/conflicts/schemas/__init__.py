"""The vendor's opportunities and conflicts on the wire, by resource."""

from ecosystem_api.cosell.conflicts.schemas.conflicts import (
    ConflictChoose,
    ConflictConfirm,
    ConflictContest,
    ConflictDismiss,
    ConflictId,
    ConflictOverrule,
    ConflictProve,
    ConflictRead,
    ConflictStaffRead,
    ConflictStatus,
    DisclosedRead,
    EndedReason,
    Obligation,
    PartnerRef,
)
from ecosystem_api.cosell.conflicts.schemas.opportunities import (
    OpportunityExternalId,
    OpportunityId,
    OpportunityRead,
    OpportunityStatus,
    OpportunityWrite,
)

__all__ = [
    "ConflictChoose",
    "ConflictConfirm",
    "ConflictContest",
    "ConflictDismiss",
    "ConflictId",
    "ConflictOverrule",
    "ConflictProve",
    "ConflictRead",
    "ConflictStaffRead",
    "ConflictStatus",
    "DisclosedRead",
    "EndedReason",
    "Obligation",
    "OpportunityExternalId",
    "OpportunityId",
    "OpportunityRead",
    "OpportunityStatus",
    "OpportunityWrite",
    "PartnerRef",
]
