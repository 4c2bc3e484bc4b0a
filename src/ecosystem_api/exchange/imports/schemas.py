"""Imports on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from ecosystem_api.runtime.wire import Instant, TypedId, Wire, told

ImportId = Annotated[UUID, TypedId("imp")]
ImportStatus = Literal["queued", "running", "completed", "cancelled", "failed"]
ImportFormat = Literal["csv", "ndjson"]


class ImportRead(Wire):
    """An import: how far it is and what came of its rows."""

    id: ImportId = told("Id of the import.")
    kind: str = told("Kind of record.", "partners")
    format: ImportFormat = told("How the file is written.", "csv")
    dry_run: bool = told("Whether rows are only tried: each is applied and taken back.", False)
    status: ImportStatus = told("`failed` when its kind of record is no longer offered.", "running")
    total_rows: int = told("Rows of the file, without the header and blank lines.", 1200)
    done_rows: int = told("Rows worked off so far.", 400)
    created: int = told("Rows that made a record, or in a dry run would.", 380)
    updated: int = told("Rows that changed a record.", 12)
    unchanged: int = told("Rows that said nothing new.", 5)
    failed: int = told("Rows that were refused; see the problems.", 3)
    content_sha256: str = told("Hash of the file.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    actor_id: str = told(
        "Who sent it; its rows are applied with that caller's permissions.", "cli_01h455vb4pex5vsknk084sn02q"
    )
    allowed_actions: list[str] = told("What may be done with it now.", ["cancel"])
    version: int = told("Grows with every batch; the `ETag`.", 3)
    created_at: Instant = told("When the file was taken.")
    updated_at: Instant = told("When it last moved on.")
    started_at: Instant | None = told("When its first batch began; null before.")
    finished_at: Instant | None = told("When it ended; null before.")


class ImportProblemRead(Wire):
    """One fault of one row. What was sent is not repeated."""

    row_number: int = told("Which row, counted from 1 behind the header, blank lines left out.", 17)
    pointer: str = told("JSON pointer to the field; empty for the row as a whole.", "/country")
    code: str = told("What kind of fault, for programs.", "value_error")
    detail: str = told("What would be right, for people.", "an ISO 3166-1 alpha-2 country code in capitals, such as CA")
