"""Take a file: judge it as a whole, keep it, and owe the worker its first batch."""

import asyncio
import hashlib

from ecosystem_api.exchange.imports import store
from ecosystem_api.exchange.imports.domain import FORMATS, Survey, survey
from ecosystem_api.exchange.imports.errors import UnknownImportKind
from ecosystem_api.exchange.imports.schemas import ImportRead
from ecosystem_api.exchange.imports.service.rows import columns_of
from ecosystem_api.exchange.imports.service.tell import read_import
from ecosystem_api.exchange.imports.service.work import HANDLER
from ecosystem_api.exchange.imports.tables import ImportJobRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.runtime.area import Catalog, ImportKind
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan


async def take_file(
    tx: Tx, who: Caller, catalog: Catalog, *, kind: str, media_type: str, data: bytes, dry_run: bool
) -> ImportRead:
    """Accept a file for import; its rows are applied later, with the permissions this caller has now.

    Errors: `UnknownImportKind`, `Forbidden` without the kind's own permission, `UnreadableFile`, `WrongColumns`.
    """
    found = _kind(catalog, kind)
    who.require(found.permission)
    form = FORMATS[media_type]

    def look() -> tuple[Survey, str]:
        known, required = columns_of(found)
        return survey(form, data, known, required), hashlib.sha256(data).hexdigest()

    # Tens of megabytes take a second to walk through: other requests go on meanwhile.
    seen, digest = await asyncio.to_thread(look)
    row = ImportJobRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        kind=kind,
        format=form,
        dry_run=dry_run,
        status="queued",
        columns=list(seen.columns),
        total_bytes=len(data),
        next_offset=seen.starts_at,
        content_sha256=digest,
        total_rows=seen.rows,
        done_rows=0,
        created=0,
        updated=0,
        unchanged=0,
        failed=0,
        actor_type=who.actor_type,
        actor_id=who.actor_id,
        role=who.role,
        scopes=sorted(who.scopes),
        request_id=who.request_id,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(row)
    await store.keep_file(tx, row.id, data)
    await plan(tx, HANDLER, subject_id=encode("imp", row.id), due_at=tx.now)
    return read_import(row)


def _kind(catalog: Catalog, name: str) -> ImportKind:
    if name not in catalog.imports:
        known = ", ".join(sorted(catalog.imports)) or "none"
        raise UnknownImportKind(errors=[FieldError("kind", "unknown_import_kind", f"Kinds that can be: {known}.")])
    return catalog.imports[name]
