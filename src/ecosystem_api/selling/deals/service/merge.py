"""Follow two partners that became one: registrations keep their claims and their places in the queue."""

from collections.abc import Sequence

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.merge import Finding, Followed, Merge, move_rows
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.events import DealPartnerChanged
from ecosystem_api.selling.deals.service.search import keep_words_of
from ecosystem_api.selling.deals.service.tell import tell_each
from ecosystem_api.selling.deals.tables import DealNoteRow, DealProductRow, DealRow, DealWordRow


async def follow_merge(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """All registrations of one partner become the other's.

    Edges: no claim can get a second holder, for it is exclusive by customer and product, whoever holds it; who waits
    keeps its place, for that goes by time of submission; and may so come to wait behind a claim of its own, which
    is remarked on. So nothing stands in the way of a merge here.
    """
    given_up = await _give_up_external_ids(tx, merge)
    moving = [row.id for row in await store.deals_of(tx, merge.source_id)]
    followed = await move_rows(tx, merge, (DealRow, DealProductRow, DealNoteRow, DealWordRow))
    rows = await store.deals_with(tx, moving)
    await tell_each(tx, who, rows, DealPartnerChanged)
    followed.remarks += given_up + await _behind_itself(tx, await store.deals_of(tx, merge.target_id))
    return followed


async def _give_up_external_ids(tx: Tx, merge: Merge) -> list[Finding]:
    """Where another system knows registrations of both under one id, it leads to the remaining partner's."""
    found = []
    writes = Writes()
    for row, other_id in await store.external_ids_of_both(tx, merge.source_id, merge.target_id):
        ids = (encode("deal", row.id), encode("deal", other_id))
        detail = f"Both had the id {row.external_id} in {row.external_system}; it leads to the second one from now on."
        found.append(Finding("external_id_given_up", "deal_registrations", ids, detail))
        row.external_system = row.external_id = None
        keep_words_of(writes, row)
    await tx.flush()
    await writes.send(tx)
    return found


async def _behind_itself(tx: Tx, rows: Sequence[DealRow]) -> list[Finding]:
    found = []
    waiting = [row for row in rows if row.status == "waiting" and row.claim_account_id is not None]
    by_region = await store.claims_by_region(tx) if waiting else False
    for row in waiting:
        wanted = await store.coverage_of(tx, row.id, row.region, by_region=by_region)
        held = await claims.running_claims(tx, [row.claim_account_id]) if row.claim_account_id else []
        mine = {one.deal_id for one in held if one.coverage.overlaps(wanted) and one.partner_id == row.partner_id}
        own = [encode("deal", deal_id) for deal_id in sorted(mine)]
        if own:
            detail = (
                "It keeps its place behind a claim that the same partner holds now; withdraw it if both are one deal."
            )
            found.append(Finding("waits_behind_itself", "deal_registrations", (encode("deal", row.id), *own), detail))
    return found
