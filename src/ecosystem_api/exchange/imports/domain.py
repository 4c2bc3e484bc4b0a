"""How an import file is read: which columns it has, and where each row begins and ends. Pure.

A row is found by its byte offset, so that reading goes on exactly where the batch before it stopped.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ecosystem_api.exchange.imports.errors import UnreadableFile, WrongColumns
from ecosystem_api.kernel.problem import FieldError

Format = Literal["csv", "ndjson"]
FORMATS: dict[str, Format] = {"text/csv": "csv", "application/x-ndjson": "ndjson"}
MAX_ROWS = 200_000
MAX_ROW_BYTES = 65_536
_BOM = b"\xef\xbb\xbf"
_OPEN = ("queued", "running")


@dataclass(frozen=True)
class Row:
    """One row of a file: its cells (CSV) or its line (NDJSON), and the byte offset at which the next row begins."""

    content: list[str] | bytes
    ends_at: int


@dataclass(frozen=True)
class Survey:
    """What a file holds: its columns (CSV), the byte offset of its first row, how many rows."""

    columns: tuple[str, ...]
    starts_at: int
    rows: int


def survey(form: Format, data: bytes, known: Sequence[str], required: Collection[str]) -> Survey:
    """Walk through the whole file once, so that what is taken can be read to its end.

    Errors: `UnreadableFile` when it is not UTF-8 text, cannot be split into rows or has none or too many;
    `WrongColumns`.
    """
    if b"\x00" in data:
        raise UnreadableFile("The file contains NUL bytes: it is not text. Archives and spreadsheets are not read.")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"The file is not UTF-8: see byte {error.start}.") from None
    starts_at = len(_BOM) if data.startswith(_BOM) else 0
    columns: tuple[str, ...] = ()
    found = rows(form, data[starts_at:], starts_at, is_end=True)
    if form == "csv":
        header = next(found, None)
        if header is None:
            raise UnreadableFile("The file is empty: its first row names the columns.")
        columns = tuple(str(cell).strip() for cell in header.content)
        judge_columns(columns, known, required)
        starts_at = header.ends_at
    count = sum(1 for _ in found)
    if not 1 <= count <= MAX_ROWS:
        raise UnreadableFile(f"The file has {count} rows; 1 to {MAX_ROWS} are taken at once.")
    return Survey(columns, starts_at, count)


def judge_columns(columns: Sequence[str], known: Sequence[str], required: Collection[str]) -> None:
    """The header names fields of the kind, each once, and all that every row needs. Errors: `WrongColumns`."""
    errors = [
        FieldError(f"/{place}", "unknown_column", f"Column {place + 1} is none of this kind's.")
        for place, name in enumerate(columns)
        if name not in known
    ]
    errors += [
        FieldError(f"/{place}", "repeated_column", f"Column {place + 1} stands there twice.")
        for place, name in enumerate(columns)
        if name in known and name in columns[:place]
    ]
    errors += [
        FieldError("", "missing_column", f"The column {name} is needed.")
        for name in known
        if name in required and name not in columns
    ]
    if errors:
        raise WrongColumns(errors=errors[:50], known_columns=list(known))


def rows(form: Format, data: bytes, at: int, *, is_end: bool) -> Iterator[Row]:
    """The rows of a stretch of the file that begins at byte `at`, where a row begins.

    Edges: unless it is the file's end, a row that may go on behind the stretch is left for the next one. Blank lines
    and rows of empty cells are no rows. A stretch of more than `MAX_ROW_BYTES` holds a row, or the file was refused.
    Errors: `UnreadableFile`.
    """
    last = 0
    for content, ends in (_csv if form == "csv" else _lines)(data, is_end):
        if ends - last > MAX_ROW_BYTES:
            raise UnreadableFile(f"The row at byte {at + last} is longer than {MAX_ROW_BYTES} bytes.")
        yield Row(content, at + ends)
        last = ends
    if is_end and len(data) - last > MAX_ROW_BYTES:
        raise UnreadableFile(f"More than {MAX_ROW_BYTES} blank bytes follow the last row.")


def _lines(data: bytes, is_end: bool) -> Iterator[tuple[bytes, int]]:
    source = _Lines(data, is_end)
    for line in source:
        if line := line.strip():
            yield line.encode(), source.taken


def _csv(data: bytes, is_end: bool) -> Iterator[tuple[list[str], int]]:
    source = _Lines(data, is_end)
    reader = csv.reader(source, strict=True)
    begins = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if source.is_used_up and not is_end:
                return  # a quoted cell goes on behind this stretch
            raise UnreadableFile(f"The row at byte {begins} of the table is not CSV: {error}.") from None
        begins = source.taken
        if any(cells):
            yield cells, source.taken


class _Lines:
    """The lines of a stretch as text, counting the bytes taken; a last line that may be cut off is left out."""

    def __init__(self, data: bytes, is_end: bool) -> None:
        lines = data.splitlines(keepends=True)
        self._lines = iter(lines if is_end else lines[:-1])
        self.taken = 0
        self.is_used_up = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.is_used_up = True
            raise StopIteration
        self.taken += len(line)
        return line.decode()


def allowed_actions(status: str) -> list[str]:
    """What may be done with an import in this state."""
    return ["cancel"] if status in _OPEN else []
