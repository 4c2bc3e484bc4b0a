"""Look after imports: read them, see what was wrong, stop them."""

from uuid import UUID

from ecosystem_api.exchange.imports import store
from ecosystem_api.exchange.imports.domain import allowed_actions
from ecosystem_api.exchange.imports.events import ImportCancelled
from ecosystem_api.exchange.imports.schemas import ImportProblemRead, ImportRead
from ecosystem_api.exchange.imports.service.tell import end_import, read_import
from ecosystem_api.exchange.imports.tables import ImportJobRow, ImportProblemRow
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of


async def get_import(tx: Tx, import_id: UUID) -> ImportRead:
    """One import. Errors: `NotFound`."""
    return read_import(await _get(tx, import_id))


async def list_imports(tx: Tx, paging: Paging, *, kind: str | None, status: str | None) -> Page[ImportRead]:
    """Imports of the vendor, newest first."""
    return await page_of(tx, store.jobs(tx, kind=kind, status=status), paging, [(ImportJobRow.id, True)], read_import)


async def list_problems(tx: Tx, import_id: UUID, paging: Paging) -> Page[ImportProblemRead]:
    """What was wrong with rows of an import, in the order of the file. Errors: `NotFound`."""
    await _get(tx, import_id)
    keys = [(ImportProblemRow.row_number, False), (ImportProblemRow.id, False)]
    return await page_of(tx, store.problems(tx, import_id), paging, keys, ImportProblemRead.model_validate)


async def cancel_import(tx: Tx, who: Caller, import_id: UUID) -> ImportRead:
    """Stop an import; what its batches did until now stays. Errors: `NotFound`, `IllegalMove` once it has ended."""
    row = await _get(tx, import_id, is_locked=True)
    if "cancel" not in allowed_actions(row.status):
        raise IllegalMove(f"The import is {row.status}.", allowed_actions=[])
    # The batch that is planned stays planned and finds nothing to do. Taking it back here would lock import and
    # delivery in the opposite order of the worker's.
    await end_import(tx, who, row, "cancelled", ImportCancelled)
    return read_import(row)


async def _get(tx: Tx, import_id: UUID, *, is_locked: bool = False) -> ImportJobRow:
    row = await store.find_job(tx, import_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row
