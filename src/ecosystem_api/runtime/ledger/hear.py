"""Have late news heard at once, in the transaction of whoever would else come before it."""

from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.event import Event, Heard


async def hear_now(tx: Tx, event: type[Event], heard: Heard) -> None:
    """Let those hear of news now whom nobody may overtake (`at_once`), as the system.

    Edges: what the worker owes them stays owed: they are heard again later, and judge by present state.
    """
    async with tx.vendor_wide():
        for handler in tx.listeners(event.type):
            if handler.at_once:
                await handler.run(tx, system_caller(tx.vendor_id, handler.name), heard)
