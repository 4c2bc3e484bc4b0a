"""Look for traces of others: their words and their ids, in whatever form, in whatever part of an answer."""

import re
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import httpx

from ecosystem_api.kernel.ids import InvalidId, decode
from ecosystem_api.runtime.database import Base

_TYPED = re.compile(r"_([0-7][0-9a-hjkmnp-tv-z]{25})")
_PLAIN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_FIRST = re.compile(r'<[^>]*>; rel="first"')
# Every row of a vendor holds these; they say nothing about another partner.
_COMMON = ("vendor_id", "product_id", "rule_book_id")


@dataclass(frozen=True)
class Secrets:
    """What one reader must never be told."""

    words: frozenset[str]
    ids: frozenset[UUID]

    def found_in(self, answer: httpx.Response) -> set[str]:
        """The words and ids that an answer gives away, in its body or its headers."""
        # Where a list begins is the asker's own question, word for word.
        headers = [f"{name}: {_FIRST.sub('', value)}" for name, value in answer.headers.items()]
        text = "\n".join([answer.text, *headers])
        lowered = text.lower()
        words = {word for word in self.words if word in lowered}
        return words | {str(one) for one in ids_in(text) & self.ids}


def ids_in(text: str) -> set[UUID]:
    """Every id of ours that a text holds, with its prefix or without."""
    found = {UUID(plain) for plain in _PLAIN.findall(text)}
    for letters in _TYPED.findall(text):
        try:
            found.add(decode("x", f"x_{letters}"))
        except InvalidId:
            continue
    return found


async def ids_of(owner: asyncpg.Connection, vendor_id: UUID, partner_id: UUID | None = None) -> frozenset[UUID]:
    """Every id in every row of a vendor, or in those that name one partner of it."""
    found: set[UUID] = set()
    for table in Base.metadata.tables.values():
        if "vendor_id" not in table.c:
            continue
        named = [c.name for c in table.c if c.type.python_type is UUID and c.name not in _COMMON]
        where = f"vendor_id = '{vendor_id}'"
        if partner_id is not None:
            holder = "id" if table.name == "partners" else "partner_id"
            if holder not in table.c:
                continue
            where += f" and {holder} = '{partner_id}'"
        if named:
            rows = await owner.fetch(f"select {', '.join(named)} from {table.name} where {where}")
            found |= {value for row in rows for value in row if value is not None}
    return frozenset(found)


async def tables_without(owner: asyncpg.Connection, vendor_id: UUID, word: str) -> set[str]:
    """Tables in which no row of a vendor has its word."""
    silent = set()
    for table in Base.metadata.tables.values():
        if "vendor_id" not in table.c:
            continue
        text = f"select exists (select 1 from {table.name} t where vendor_id = $1 and t::text ilike '%' || $2 || '%')"
        if not await owner.fetchval(text, vendor_id, word):
            silent.add(table.name)
    return silent
