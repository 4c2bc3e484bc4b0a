"""The sale itself: it moves, it is won, it is lost."""

from uuid import UUID

from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import OPEN_STAGES, OPEN_STATUSES
from ecosystem_api.selling.deals.errors import CurrencyDiffers, StageNotReachable
from ecosystem_api.selling.deals.events import DealClosedLost, DealClosedWon, DealStageMoved
from ecosystem_api.selling.deals.schemas import DealCloseLost, DealCloseWon, DealMoveStage, DealRead
from ecosystem_api.selling.deals.service.claim import end_claim
from ecosystem_api.selling.deals.service.idle import note_progress
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.read import actions_of, moved_by, show_deal
from ecosystem_api.selling.deals.service.tell import keep_and_tell


async def move_stage(
    tx: Tx, who: Caller, deal_id: UUID, body: DealMoveStage, if_match: str | None
) -> Written[DealRead]:
    """The sale moves to another open stage, forwards or back.

    Errors: `NotFound`, `StageNotReachable` unless the registration is open, `PreconditionFailed`.
    """
    row = await store.lock_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    if row.status not in OPEN_STATUSES or row.stage not in OPEN_STAGES:
        detail = f"The registration is {row.status} and the sale at {row.stage}."
        raise StageNotReachable(detail, allowed_actions=actions_of(who, row))
    expect_version(if_match, row.version)
    if row.stage != body.stage:
        row.stage = body.stage
        await note_progress(tx, row)
        touch(row, tx.now)
        await keep_and_tell(tx, who, row, DealStageMoved)
    return await show_deal(tx, who, row.id)


async def close_won(tx: Tx, who: Caller, deal_id: UUID, body: DealCloseWon, if_match: str | None) -> Written[DealRead]:
    """The deal is won, at the expected value unless another is given; its claim ends and the account is a customer.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `CurrencyDiffers`.
    """
    row, customer = await hold_in_turn(tx, deal_id)
    target = moved_by(who, row, "close_won")
    expect_version(if_match, row.version)
    if body.amount is not None and body.amount.currency != row.currency:
        fault = FieldError("/amount/currency", "currency_differs", f"It was registered in {row.currency}.")
        raise CurrencyDiffers(errors=[fault])
    row.closed_amount_minor = body.amount.minor if body.amount else row.amount_minor
    row.status, row.stage, row.closed_at, row.last_activity_at = target, "closed_won", tx.now, tx.now
    touch(row, tx.now)
    writes = Writes()
    end_claim(writes, tx, row, "closed_won")
    await keep_and_tell(tx, who, row, DealClosedWon, writes)
    # All accounts that are certainly this company: whoever waits may have named another of them.
    await accounts.note_customers(tx, who, customer.ids)
    return await show_deal(tx, who, row.id)


async def close_lost(
    tx: Tx, who: Caller, deal_id: UUID, body: DealCloseLost, if_match: str | None
) -> Written[DealRead]:
    """The deal is lost, for a coded reason; its claim ends. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row, _ = await hold_in_turn(tx, deal_id)
    target = moved_by(who, row, "close_lost")
    expect_version(if_match, row.version)
    row.lost_reason = of_person(body.reason)
    row.status, row.stage, row.closed_at, row.last_activity_at = target, "closed_lost", tx.now, tx.now
    touch(row, tx.now)
    writes = Writes()
    end_claim(writes, tx, row, "closed_lost")
    await keep_and_tell(tx, who, row, DealClosedLost, writes)
    return await show_deal(tx, who, row.id)
