"""How an import is shown and told of."""

from ecosystem_api.exchange.imports import store
from ecosystem_api.exchange.imports.domain import allowed_actions
from ecosystem_api.exchange.imports.schemas import ImportRead
from ecosystem_api.exchange.imports.tables import ImportJobRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Event, record


def read_import(row: ImportJobRow) -> ImportRead:
    """The import as its readers see it."""
    plain = {name: getattr(row, name) for name in ImportRead.model_fields if name != "allowed_actions"}
    return ImportRead.model_validate({**plain, "allowed_actions": allowed_actions(row.status)})


async def tell(tx: Tx, who: Caller, row: ImportJobRow, news: type[Event]) -> None:
    """Record news of an import."""
    fields = {name: getattr(row, name) for name in news.model_fields if name != "import_id"}
    await record(tx, who, news.model_validate({**fields, "import_id": row.id}), subject_id=encode("imp", row.id))


async def end_import(tx: Tx, who: Caller, row: ImportJobRow, status: str, news: type[Event]) -> None:
    """The import reaches its last state, its file goes, and the ledger learns of it."""
    row.status, row.finished_at = status, tx.now
    touch(row, tx.now)
    await store.drop_file(tx, row.id)
    await tell(tx, who, row, news)
    await tx.flush()
