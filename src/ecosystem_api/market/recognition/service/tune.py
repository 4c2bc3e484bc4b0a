"""Say how sure a match must be: what is acted on by itself, what a person is asked."""

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.market.recognition import store
from ecosystem_api.market.recognition.domain import DEFAULT_BAND
from ecosystem_api.market.recognition.events import AccountMatchingUpdated
from ecosystem_api.market.recognition.schemas import AccountMatchingRead, AccountMatchingUpdate
from ecosystem_api.market.recognition.tables import AccountMatchingRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.locks import lock_name

_REQUIRED = ("review_floor", "auto_link_score")


async def get_matching(tx: Tx) -> AccountMatchingRead:
    """How sure a match must be; what the law says while the vendor has not said otherwise."""
    return AccountMatchingRead.model_validate(await store.find_matching(tx) or _unsaid(tx))


async def update_matching(
    tx: Tx, who: Caller, body: AccountMatchingUpdate, if_match: str | None
) -> AccountMatchingRead:
    """Change how sure a match must be, from the next match on; what was decided stays.

    Errors: `PreconditionFailed`, `InvalidRequest`.
    """
    # Two first changes at once would both find no row.
    await lock_name(tx, "account matching")
    row = await store.find_matching(tx)
    is_new = row is None
    row = row or _unsaid(tx)
    expect_version(if_match, row.version)
    if apply_changes(row, body.model_dump(exclude_unset=True), required=_REQUIRED, now=tx.now):
        if is_new:
            await tx.insert(row)
        await tx.flush()
        event = AccountMatchingUpdated(review_floor=row.review_floor, auto_link_score=row.auto_link_score)
        await record(tx, who, event, subject_id=encode("ven", tx.vendor_id))
    return AccountMatchingRead.model_validate(row)


def _unsaid(tx: Tx) -> AccountMatchingRow:
    return AccountMatchingRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        review_floor=DEFAULT_BAND.review_floor,
        auto_link_score=DEFAULT_BAND.auto_link,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
