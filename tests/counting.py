"""Count what happened, in the transaction in which it happens: what is rolled back was not counted."""

from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.tables import CounterRow


async def count(tx: Tx, name: str) -> None:
    """Raise a counter of the vendor by one."""
    statement = insert(CounterRow).values(vendor_id=tx.vendor_id, name=name, value=1)
    raised = {"value": CounterRow.value + 1}
    await tx.session.execute(statement.on_conflict_do_update(index_elements=["vendor_id", "name"], set_=raised))
