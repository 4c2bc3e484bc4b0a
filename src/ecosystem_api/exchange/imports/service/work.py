"""Work off one batch of an import: its rows and its progress are one commit, so no row is ever applied twice."""

import time
from uuid import UUID

from ecosystem_api.exchange.imports import store
from ecosystem_api.exchange.imports.domain import Format, rows
from ecosystem_api.exchange.imports.events import ImportCompleted, ImportFailed, ImportStarted
from ecosystem_api.exchange.imports.service.rows import read_row
from ecosystem_api.exchange.imports.service.tell import end_import, tell
from ecosystem_api.exchange.imports.tables import ImportJobRow, ImportProblemRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, Problem
from ecosystem_api.runtime.area import Catalog, ImportKind
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan

HANDLER = "imports.work_batch"
BATCH_ROWS = 200
# A batch holds the locks of all it wrote; callers wait four seconds for a lock at most.
BATCH_SECONDS = 2.0
_OUTCOMES = ("created", "updated", "unchanged")


async def work_batch(tx: Tx, import_id: UUID, catalog: Catalog) -> None:
    """Apply the next rows of an import and plan the next batch, or end it. Does nothing once it has ended."""
    job = await store.find_job(tx, import_id, is_locked=True)
    if job is None or job.finished_at is not None:
        return
    who = _importer(job)
    kind = catalog.imports.get(job.kind)
    if kind is None:
        await end_import(tx, who, job, "failed", ImportFailed)
        return
    if job.status == "queued":
        job.status, job.started_at = "running", tx.now
        await tell(tx, who, job, ImportStarted)
    await _apply_rows(tx, who, kind, job)
    if job.done_rows == job.total_rows:
        await end_import(tx, who, job, "completed", ImportCompleted)
        return
    touch(job, tx.now)
    await plan(tx, HANDLER, subject_id=encode("imp", job.id), due_at=tx.now)


async def _apply_rows(tx: Tx, who: Caller, kind: ImportKind, job: ImportJobRow) -> None:
    data = await store.read_file(tx, job.id, job.next_offset)
    is_end = job.next_offset + len(data) == job.total_bytes
    form: Format = "csv" if job.format == "csv" else "ndjson"
    tally = dict.fromkeys((*_OUTCOMES, "failed"), 0)
    offset, number, until = job.next_offset, job.done_rows, time.monotonic() + BATCH_SECONDS
    faults: list[tuple[int, FieldError]] = []
    for row in rows(form, data, offset, is_end=is_end):
        number, offset = number + 1, row.ends_at
        try:
            outcome = await _apply(tx, who, kind, job.dry_run, read_row(kind, job.columns, row.content))
        except Problem as problem:
            if problem.retryable:
                raise
            outcome = "failed"
            faults += [(number, fault) for fault in problem.errors or [FieldError("", problem.code, problem.detail)]]
        tally[outcome] += 1
        if number - job.done_rows == BATCH_ROWS or time.monotonic() > until:
            break
    for outcome, count in tally.items():
        setattr(job, outcome, getattr(job, outcome) + count)
    job.next_offset, job.done_rows = offset, number
    await tx.insert(*(_problem(job, row_number, fault) for row_number, fault in faults))


async def _apply(tx: Tx, who: Caller, kind: ImportKind, dry_run: bool, line: object) -> str:
    """Apply one row in a savepoint of its own, which a dry run takes back. Errors: a `Problem` that is this row's."""

    async def act() -> str:
        outcome, _ = await kind.apply(tx, who, line)
        if outcome not in _OUTCOMES:
            raise ValueError(f"{kind.name} answered {outcome!r}, which is none of {_OUTCOMES}")
        return outcome

    return await attempt(tx, act, keep=not dry_run, what=kind.name)


def _importer(job: ImportJobRow) -> Caller:
    """The caller who sent the file, with what it was permitted then."""
    return Caller(
        job.vendor_id, job.actor_type, job.actor_id, Role(job.role), None, frozenset(job.scopes), job.request_id
    )


def _problem(job: ImportJobRow, row_number: int, fault: FieldError) -> ImportProblemRow:
    return ImportProblemRow(
        vendor_id=job.vendor_id,
        id=new_uuid(),
        import_id=job.id,
        row_number=row_number,
        pointer=fault.pointer,
        code=fault.code,
        detail=fault.detail,
    )
