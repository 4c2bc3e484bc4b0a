"""Match an opportunity of the vendor's with protected claims: what is found is a conflict, or a person looks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.cosell.conflicts import store
from ecosystem_api.cosell.conflicts.domain import LIFECYCLE, UNCHOSEN, Claimed, Wanted, is_late, judge_overlap
from ecosystem_api.cosell.conflicts.events import ConflictCleared, ConflictOpened, ConflictSuspected
from ecosystem_api.cosell.conflicts.service.tell import keep_and_tell
from ecosystem_api.cosell.conflicts.tables import ConflictRow, VendorOpportunityRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.service import AccountKnowledge
from ecosystem_api.network.fields import service as fields
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.claims.service import Coverage, Extent
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement

ACTION = "vendor_opportunity.open"
_SAME = "It is the customer of the claim."
# The vendor's own team asks: no partner is judged.
_NOBODY: dict[str, Any] = {
    "status": "", "personas": [], "tier": "", "country": "", "territories": [], "open_registrations": 0,
    "certifications": [],
}  # fmt: skip


async def judge_and_match(tx: Tx, who: Caller, row: VendorOpportunityRow) -> None:
    """Let the book judge an open opportunity as it is told now, and find the claims that it is on.

    Edges: the customer is locked, so that a claim is either released before or found. What the book approves is no
    conflict. Where the vendor was there first the customer counts as engaged; where it went around a partner it does
    not: that would turn the partner away later.
    """
    known = await recognition.know_locked(tx, row.account_id)
    wanted = _wanted(row, known, await deals.extent_now(tx, row.region or known.region))
    claims = await _claims(tx, known) if row.status == "open" else []
    hits = [(one, how) for one in claims if (how := judge_overlap(wanted, one.account_id, one.coverage))]
    hits = [(one, how) for one, how in hits if is_late(wanted, one)]
    is_allowed = row.status != "open" or await _judge(tx, who, row, known, wanted, claims, hits) == "approve"
    live = (await store.conflicts_of(tx, [row.id])).get(row.id, [])
    await _clear(tx, who, row, wanted, live)
    met = {one.deal_id: one for one in live if one.status != "cleared"}
    for claim, how in hits:
        if how == "same" and is_allowed:
            continue
        await _note(tx, who, row, known, claim, how, met.get(claim.deal_id))
    if row.status == "open" and not any(how == "same" for _, how in hits):
        day = max(row.last_activity_on or row.opened_on, row.opened_on)
        await accounts.note_engaged(tx, who, known.same_ids, min(day, tx.now.date()))


async def rematch_account(tx: Tx, who: Caller, account_id: UUID) -> None:
    """What is known of a customer has changed: open opportunities there are matched again."""
    known = await recognition.know_account(tx, account_id)
    around = known.same_ids | {UUID(match.account_id) for match in known.uncertain}
    for opportunity_id, named_id in await store.open_at(tx, around):
        await recognition.know_locked(tx, named_id)
        row = await store.find_opportunity(tx, opportunity_id, is_locked=True)
        if row is not None and row.status == "open":
            await judge_and_match(tx, who, row)


def _wanted(row: VendorOpportunityRow, known: AccountKnowledge, extent: Extent) -> Wanted:
    possible = frozenset(UUID(match.account_id) for match in known.uncertain)
    return Wanted(known.same_ids, possible, frozenset(row.product_ids), extent, row.known_since)


async def _claims(tx: Tx, known: AccountKnowledge) -> list[Claimed]:
    around = known.same_ids | {UUID(match.account_id) for match in known.uncertain}
    return [
        Claimed(one.deal_id, one.partner_id, one.account_id, one.coverage, one.starts_at)
        for one in await claims.held_claims(tx, around)
    ]


async def _judge(
    tx: Tx,
    who: Caller,
    row: VendorOpportunityRow,
    known: AccountKnowledge,
    wanted: Wanted,
    claims: Sequence[Claimed],
    hits: Sequence[tuple[Claimed, str]],
) -> str:
    certain = [one for one, how in hits if how == "same"]
    skus = await products.skus_of(tx, row.product_ids)
    standing = await deals.claimants(tx, known.same_ids, row.product_ids, wanted.extent)
    family = await deals.claimants(tx, known.relatives, row.product_ids, wanted.extent)
    facts: dict[str, dict[str, Any]] = {
        "deal": {
            "amount_minor": row.amount_minor or 0,
            "currency": row.currency or "",
            "type": "vendor_opportunity",
            "products": sorted(skus.values()),
            "country": known.country,
            "region": row.region or known.region or "",
            "missing": [],
            "expected_close_days": -1,
            "resubmissions": 0,
        },
        "partner": _NOBODY,
        "account": {
            "country": known.country,
            "is_customer": known.is_customer,
            "vendor_engaged": known.vendor_engaged_days >= 0,
            "vendor_engaged_days": known.vendor_engaged_days,
            **fields.custom_facts(await fields.list_in_use(tx), "account", known.custom_fields),
        },
        "claims": {
            "held_by_other": bool(certain),
            "held_by_self": False,
            "held_by_relative": bool(family.partner_ids),
            "possible_matches": len({one.account_id for one, how in hits if how == "possible"}),
            "queue_length": standing.queue_length,
        },
    }
    judgement = await engagement.judge(
        tx,
        who,
        action=ACTION,
        subject_id=encode("vopp", row.id),
        partner_id=None,
        facts=facts,
        evidence=_evidence(wanted, claims),
    )
    row.decision_id = judgement.decision_id
    await tx.flush()
    return judgement.outcome


def _evidence(wanted: Wanted, claims: Sequence[Claimed]) -> dict[str, list[str]]:
    """The claims that it is on, for certain or perhaps, and those that were made when it was there already."""
    found: dict[str, list[str]] = {"claims": [], "possible_claims": [], "later_claims": []}
    for one in claims:
        how = judge_overlap(wanted, one.account_id, one.coverage)
        if how is not None:
            kind = "claims" if how == "same" else "possible_claims"
            found[kind if is_late(wanted, one) else "later_claims"].append(encode("deal", one.deal_id))
    return {name: sorted(ids) for name, ids in found.items()}


async def _clear(tx: Tx, who: Caller, row: VendorOpportunityRow, wanted: Wanted, live: Sequence[ConflictRow]) -> None:
    """Before the vendor chose how to make good, an opportunity that is lost or elsewhere by now is no conflict."""
    for one in live:
        covered = Coverage(frozenset(one.product_ids), Extent(one.region))
        is_off = judge_overlap(wanted, one.account_id, covered) is None
        if one.status not in UNCHOSEN or not (is_off or row.status == "lost"):
            continue
        one.status = LIFECYCLE.move(one.status, "clear")
        one.ended_reason = "opportunity_changed" if is_off else "opportunity_lost"
        one.ended_at = tx.now
        if one.audience == "partner":
            await keep_and_tell(tx, who, one, ConflictCleared)
        else:
            touch(one, tx.now)


async def _note(
    tx: Tx,
    who: Caller,
    row: VendorOpportunityRow,
    known: AccountKnowledge,
    claim: Claimed,
    how: str,
    met: ConflictRow | None,
) -> None:
    if met is not None and not (met.status == "suspected" and how == "same"):
        return
    if met is None:
        met = await _find(tx, row, known, claim, how)
        if how == "possible":
            event = ConflictSuspected(
                conflict_id=met.id,
                vendor_opportunity_id=row.id,
                deal_registration_id=claim.deal_id,
                region=met.region,
            )
            await record(tx, who, event, subject_id=encode("cnf", met.id))
            return
    await open_conflict(tx, who, met)


async def open_conflict(tx: Tx, who: Caller, conflict: ConflictRow) -> None:
    """It is certain: the partner is told, and the vendor has its time to choose how to make good."""
    rules = await engagement.parameters_in_force(tx)
    conflict.status = LIFECYCLE.move("suspected", "confirm")
    conflict.audience = "partner"
    conflict.disclosed = list(rules.opportunity_disclosure)
    await keep_and_tell(tx, who, conflict, ConflictOpened)


async def _find(tx: Tx, row: VendorOpportunityRow, known: AccountKnowledge, claim: Claimed, how: str) -> ConflictRow:
    matches = [match for match in known.uncertain if UUID(match.account_id) == claim.account_id]
    found = ConflictRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=claim.partner_id,
        audience="staff",
        opportunity_id=row.id,
        deal_id=claim.deal_id,
        account_id=claim.account_id,
        product_ids=sorted(claim.coverage.product_ids),
        region=claim.coverage.extent.region,
        status="suspected",
        because=[_SAME] if how == "same" else [one.sentence for match in matches for one in match.evidence],
        disclosed=[],
        proof=[],
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(found)
    return found
