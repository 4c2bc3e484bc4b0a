"""Accounts on the wire: the records, what is recognised, what becomes one and what is parted."""

from ecosystem_api.market.accounts.schemas.merging import (
    AccountMerge,
    AccountMergeRead,
    AccountSplit,
    AccountSplitRead,
)
from ecosystem_api.market.accounts.schemas.records import (
    AccountCandidate,
    AccountCreate,
    AccountExternalId,
    AccountId,
    AccountImport,
    AccountMatches,
    AccountMatchingRead,
    AccountMatchingUpdate,
    AccountRead,
    AccountResolve,
    AccountResolved,
    AccountUpdate,
    CandidateStaffRead,
    EvidenceRead,
    LegalId,
    MatchRead,
)

__all__ = [
    "AccountCandidate",
    "AccountCreate",
    "AccountExternalId",
    "AccountId",
    "AccountImport",
    "AccountMatches",
    "AccountMatchingRead",
    "AccountMatchingUpdate",
    "AccountMerge",
    "AccountMergeRead",
    "AccountRead",
    "AccountResolve",
    "AccountResolved",
    "AccountSplit",
    "AccountSplitRead",
    "AccountUpdate",
    "CandidateStaffRead",
    "EvidenceRead",
    "LegalId",
    "MatchRead",
]
