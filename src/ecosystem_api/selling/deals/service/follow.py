"""Follow two customers that became one, or were parted: registrations keep their claims and their places."""

from collections.abc import Collection
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.merge import Finding, Followed, Merge
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.events import DealAccountChanged
from ecosystem_api.selling.deals.service.settle import judge_rivals
from ecosystem_api.selling.deals.service.tell import tell_each

_BOTH_HOLD = (
    "Both hold a running claim on the same product, and a customer's claim has one holder: release or revoke one."
)


async def follow_account(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """Registrations of one customer become the other's.

    Edges: claims go on counting where they were made, for the two are one customer now; when one is parted in two, each
    gets the running claims and the places of its own registrations. Nobody loses a claim: where two that become one
    both have one on a product, that is a conflict. Who is undecided and finds the product held now is judged again.
    Partners see the customer of each of their registrations.
    """
    known = await recognition.know_account(tx, merge.target_id)
    moving = [row.id for row in await store.deals_at(tx, merge.source_id, merge.takes("deal_registrations"))]
    conflicts = await _both_hold(tx, moving, known.same_ids) if merge.only is None else []
    if conflicts:
        return Followed(conflicts=conflicts)
    await store.rename_customer(tx, moving, merge.target_id)
    if merge.only is not None:
        await store.count_against(tx, min(known.same_ids), merge.target_id)
        left = await recognition.know_account(tx, merge.source_id)
        await store.count_against(tx, min(left.same_ids), merge.source_id, merge.target_id)
    for account_id in (merge.source_id, merge.target_id):
        for partner_id in await store.partners_at(tx, account_id):
            await accounts.link_partner(tx, account_id, partner_id)
    await tell_each(tx, who, await store.deals_with(tx, moving), DealAccountChanged)
    if merge.only is None:
        held = [claim.coverage for claim in await claims.running_claims(tx, known.same_ids)]
        undecided = await store.undecided_at(tx, known.same_ids)
        await judge_rivals(tx, who, [deal_id for deal_id, wanted in undecided if not wanted.is_free(held)])
    return Followed(moved={"deal_registrations": len(moving)}, ids={"deal_registrations": moving})


async def _both_hold(tx: Tx, moving: Collection[UUID], account_ids: Collection[UUID]) -> list[Finding]:
    """Running claims of those that move, on what another holds at the customer they come to."""
    theirs = [claim for claim in await claims.running_claims(tx, account_ids) if claim.deal_id not in moving]
    mine = await claims.claims_of(tx, moving)
    pairs = sorted(
        {(one.deal_id, other.deal_id) for one in mine for other in theirs if one.coverage.overlaps(other.coverage)}
    )
    ids = ((encode("deal", one), encode("deal", other)) for one, other in pairs)
    return [Finding("claims_collide", "deal_registrations", both, _BOTH_HOLD) for both in ids]
