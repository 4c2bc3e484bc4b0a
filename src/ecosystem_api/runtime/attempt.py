"""Try one of many in a savepoint of its own: what is refused leaves no trace, and the others are not concerned."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ecosystem_api.kernel.problem import Conflict, InternalError, Problem
from ecosystem_api.runtime.database import Tx, sqlstate

log = structlog.get_logger("attempt")
Done = TypeVar("Done")


class _OnlyTried(Exception):  # noqa: N818 - not an error: it takes back what was only tried
    def __init__(self, done: object) -> None:
        super().__init__()
        self.done = done


async def attempt(tx: Tx, act: Callable[[], Awaitable[Done]], *, keep: bool = True, what: str = "") -> Done:
    """Do something in a savepoint and answer what it answers; unless it is kept, all it wrote is taken back.

    Shape: `what` names it in the log. Errors: a `Problem` that is this one's alone, also for what contradicts the rows
    there are and for faults of the code. What concerns the whole transaction (a lost connection, a deadlock) passes as
    it is, and so does what may succeed when repeated.
    """
    try:
        async with tx.session.begin_nested():
            done = await act()
            await tx.flush()
            if not keep:
                raise _OnlyTried(done)
    except _OnlyTried as tried:
        return tried.done  # type: ignore[return-value]  # what `act` has answered
    except (Problem, OSError):
        raise
    except SQLAlchemyError as error:
        state = sqlstate(error) if isinstance(error, DBAPIError) else None
        if state is None or state[:2] not in ("22", "23"):
            raise
        raise Conflict("It contradicts what is stored already.") from None
    except Exception as error:  # told as a fault of this one, so that the others go on
        log.error("attempt_failed", import_kind=what, kind=type(error).__name__, exc_info=error)
        raise InternalError("The service failed on this one; the others are not concerned.") from None
    return done
