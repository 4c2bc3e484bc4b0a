"""The sale itself: it moves, it is won, it is lost."""

from uuid import UUID

from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import OPEN_STAGES, OPEN_STATUSES
from ecosystem_api.selling.deals.errors import CurrencyDiffers, StageNotReachable
from ecosystem_api.selling.deals.events import DealClosedLost, DealClosedWon, DealStageMoved
from ecosystem_api.selling.deals.schemas import DealCloseLost, DealCloseWon, DealMoveStage, DealRead
from ecosystem_api.selling.deals.service.claim import end_claim
from ecosystem_api.selling.deals.service.read import actions_of, moved_by, read_deal
from ecosystem_api.selling.deals.service.submit import lock_with_customer
from ecosystem_api.selling.deals.service.tell import tell


async def move_stage(tx: Tx, who: Caller, deal_id: UUID, body: DealMoveStage, if_match: str | None) -> DealRead:
    """The sale moves to another open stage, forwards or back.

    Errors: `NotFound`, `StageNotReachable` unless the registration is open, `PreconditionFailed`.
    """
    row = await store.find_deal(tx, deal_id, is_locked=True)
    if row is None:
        raise NotFound()
    if row.status not in OPEN_STATUSES or row.stage not in OPEN_STAGES:
        detail = f"The registration is {row.status} and the sale at {row.stage}."
        raise StageNotReachable(detail, allowed_actions=actions_of(who, row))
    expect_version(if_match, row.version)
    if row.stage != body.stage:
        row.stage, row.last_activity_at = body.stage, tx.now
        touch(row, tx.now)
        await tell(tx, who, row, DealStageMoved)
        await tx.flush()
    return await read_deal(tx, who, row)


async def close_won(tx: Tx, who: Caller, deal_id: UUID, body: DealCloseWon, if_match: str | None) -> DealRead:
    """The deal is won, at the expected value unless another is given; its claim ends.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `CurrencyDiffers`.
    """
    row, _ = await lock_with_customer(tx, deal_id)
    target = moved_by(who, row, "close_won")
    expect_version(if_match, row.version)
    if body.amount is not None and body.amount.currency != row.currency:
        fault = FieldError("/amount/currency", "currency_differs", f"It was registered in {row.currency}.")
        raise CurrencyDiffers(errors=[fault])
    row.closed_amount_minor = body.amount.minor if body.amount else row.amount_minor
    row.status, row.stage, row.closed_at, row.last_activity_at = target, "closed_won", tx.now, tx.now
    await end_claim(tx, row, "closed_won")
    touch(row, tx.now)
    await tell(tx, who, row, DealClosedWon)
    await tx.flush()
    return await read_deal(tx, who, row)


async def close_lost(tx: Tx, who: Caller, deal_id: UUID, body: DealCloseLost, if_match: str | None) -> DealRead:
    """The deal is lost, for a coded reason; its claim ends. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row, _ = await lock_with_customer(tx, deal_id)
    target = moved_by(who, row, "close_lost")
    expect_version(if_match, row.version)
    row.lost_reason = body.reason
    row.status, row.stage, row.closed_at, row.last_activity_at = target, "closed_lost", tx.now, tx.now
    await end_claim(tx, row, "closed_lost")
    touch(row, tx.now)
    await tell(tx, who, row, DealClosedLost)
    await tx.flush()
    return await read_deal(tx, who, row)
