"""Fill a new table of words from the rows that are there, as the rooms do it from now on. Used by migration steps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from ecosystem_api.kernel.names import words_of

_BATCH = 5_000


def fill_words(into: str, owner: str, texts: str, sources: Sequence[str], *beside: str) -> None:
    """Put in the words of `texts`, a SELECT of `vendor_id`, `id`, the columns `beside`, and one `text` per row.

    Shape: `owner` is the column that takes the id; `sources` are the tables that the SELECT reads.
    """
    names = ", ".join(["vendor_id", "word", owner, *beside])
    marks = ", ".join([":vendor_id", ":word", ":id", *(f":{name}" for name in beside)])
    put = sa.text(f"insert into {into} ({names}) values ({marks}) on conflict do nothing")
    cursor = f"of_{into}"  # of its own: what the driver remembers of a FETCH are the columns of its first cursor
    connection = op.get_bind()
    with _readable([into, *sources]):
        connection.execute(sa.text(f"declare {cursor} no scroll cursor for {texts}"))
        while rows := connection.execute(sa.text(f"fetch {_BATCH} from {cursor}")).mappings().all():
            found = [_row(row, word, beside) for row in rows for word in words_of(row["text"] or "")]
            if found:
                connection.execute(put, found)
        connection.execute(sa.text(f"close {cursor}"))


def _row(row: Any, word: str, beside: Sequence[str]) -> dict[str, Any]:
    return {"vendor_id": row["vendor_id"], "id": row["id"], "word": word, **{name: row[name] for name in beside}}


@contextmanager
def _readable(tables: Sequence[str]) -> Iterator[None]:
    """Policies bind the tables' owner as well, and let it see nothing; unless it is above them, they are lifted."""
    above = sa.text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
    bound = [] if op.get_bind().execute(above).scalar() else tables
    for table in bound:
        op.execute(f"alter table {table} no force row level security")
    yield
    for table in bound:
        op.execute(f"alter table {table} force row level security")
