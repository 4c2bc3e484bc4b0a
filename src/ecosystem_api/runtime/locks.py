"""Let transactions wait for each other where there is no row to lock yet: by a name, in a vendor."""

from typing import Any

from sqlalchemy import Text, bindparam, func, select

from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Statement


def _lock(tx: Any) -> Any:
    name = bindparam("name", type_=Text())
    return select(func.pg_advisory_xact_lock(func.hashtextextended(func.concat(tx.vendor_id, ":", name), 0)))


_LOCK = Statement(_lock)


async def lock_name(tx: Tx, name: str) -> None:
    """Whoever locks the same name in this vendor waits until this transaction ends.

    Edges: taken twice in one transaction it waits for nobody; two names whose hash is equal wait for each other.
    """
    await _LOCK.rows(tx, name=name)
