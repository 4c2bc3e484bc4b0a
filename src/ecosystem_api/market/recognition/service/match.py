"""Find the accounts that a description may mean, and say why."""

from datetime import date
from uuid import UUID

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountCreate
from ecosystem_api.market.recognition.domain import AccountView, Match
from ecosystem_api.market.recognition.schemas import (
    AccountCandidate,
    AccountMatches,
    CandidateStaffRead,
    EvidenceRead,
    MatchRead,
)
from ecosystem_api.market.recognition.service.know import candidates_of
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx

MANAGE = "accounts:manage"


async def match_account(
    tx: Tx, who: Caller, body: AccountCreate
) -> tuple[list[MatchRead], UUID | None, tuple[Match, ...]]:
    """What is known of a described customer: matches to show, the account it certainly is, and the doubtful ones.

    Creates nothing. Reads beyond the caller's own rows, so matches are shown to the vendor's side only.
    Errors: `Forbidden` for the vendor's side without accounts:manage: its aliases would ask about many names at once.
    """
    if body.staff is not None:
        who.require(MANAGE)
    async with tx.vendor_wide():
        matches, _ = await candidates_of(tx, described(body))
        names = await accounts.names_of(tx, [UUID(match.account_id) for match in matches])
    certain = [UUID(match.account_id) for match in matches if match.outcome == "same"]
    uncertain = tuple(match for match in matches if match.outcome in ("possible", "same_family"))
    return [read_match(match, names) for match in matches], certain[0] if certain else None, uncertain


async def find_candidates(tx: Tx, who: Caller, body: AccountCreate, as_of: date | None) -> AccountMatches:
    """Accounts the caller may see that are or may be the described customer, best first; creates nothing.

    Edges: names and families count as they hold on the day, today if none is named. A partner's search ends at its own
    accounts and reads no aliases, and it is told the outcome alone.
    Errors: `Forbidden` for `staff` without accounts:manage.
    """
    if body.staff is not None:
        who.require(MANAGE)
    matches, _ = await candidates_of(tx, described(body), as_of)
    names = await accounts.names_of(tx, [UUID(match.account_id) for match in matches])
    return AccountMatches(matches=[_candidate(read_match(match, names), who.is_partner) for match in matches])


def described(body: AccountCreate) -> AccountView:
    """A description as the matching law compares it."""
    aliases = body.staff.aliases if body.staff else []
    return AccountView(
        id="",
        names=tuple(normal_name(name) for name in (body.name, *aliases) if normal_name(name)),
        display_name=body.name,
        country=body.country,
        domains=frozenset(body.domains),
        identifiers=frozenset((legal.kind, legal.value) for legal in body.legal_ids),
    )


def read_match(match: Match, names: dict[UUID, str], *, is_own: bool = True) -> MatchRead:
    """A match as it is answered: to who did not bring the account, only what the description itself says of it."""
    assert match.outcome != "different"
    evidence = [
        EvidenceRead(kind=e.kind, weight=e.weight, sentence=e.sentence)
        for e in match.evidence
        if is_own or e.kind in ("same_domain", "same_legal_id")
    ]
    account_id = UUID(match.account_id)
    return MatchRead(
        account_id=account_id, name=names[account_id], outcome=match.outcome, score=match.score, evidence=evidence
    )


def _candidate(match: MatchRead, is_partner: bool) -> AccountCandidate:
    staff = None if is_partner else CandidateStaffRead(score=match.score, evidence=match.evidence)
    return AccountCandidate(account_id=match.account_id, name=match.name, outcome=match.outcome, staff=staff)
