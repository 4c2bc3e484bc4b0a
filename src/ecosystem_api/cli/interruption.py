"""Ctrl-C and its relatives: every signal that ends us is a KeyboardInterrupt, at a moment that can bear it."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
T = TypeVar("T")


def heed_signals() -> None:
    """Have every signal that ends us raise KeyboardInterrupt."""
    for number in END_SIGNALS:
        signal.signal(number, signal.default_int_handler)


def finish(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end, or let a signal cancel it; then it is a KeyboardInterrupt, whatever failed on the way out.

    Why: an exception that a signal raises in the middle of everything also strikes inside compiled libraries, and one
    of them answers with a segmentation fault. A cancellation waits for the next await.
    """
    is_interrupted = False

    async def cancellable() -> T:
        task = asyncio.ensure_future(main)

        def interrupt() -> None:
            nonlocal is_interrupted
            is_interrupted = True
            task.cancel()

        for number in END_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, interrupt)
        return await task

    try:
        answer = asyncio.run(cancellable())
    except (asyncio.CancelledError, Exception):
        if is_interrupted:
            raise KeyboardInterrupt from None
        raise
    finally:
        heed_signals()  # the loop took its handlers along
    if is_interrupted:
        raise KeyboardInterrupt
    return answer
