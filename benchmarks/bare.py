"""The limit: an ASGI function and asyncpg, the same SQL in the same tenant transaction, and nothing else."""

import asyncio
import os
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.reads import SOME_ID, SOME_WORD, feed_sql, one_sql, page_sql, search_sql
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.reading import finish


class Bare:
    """Reads by path: the last part is an id, a word to search for, or names the page."""

    def __init__(self, url: str, vendor_id: UUID, deep: list[Any]) -> None:
        self.url, self.vendor_id, self.deep = url, vendor_id, deep
        self.opening = f"begin; set local app.vendor = '{vendor_id}'"
        self.pool: asyncio.LifoQueue[asyncpg.Connection] = asyncio.LifoQueue()

    async def start(self) -> None:
        """Open connections and take over the statements."""
        self.one, self.search = await one_sql(self.vendor_id), await search_sql(self.vendor_id)
        self.pages = {
            "/deals/first": await page_sql(self.vendor_id),
            "/deals/far": await page_sql(self.vendor_id, self.deep),
        }
        self.feed = await feed_sql(self.vendor_id)
        for _ in range(int(os.environ["ECOSYSTEM_POOL_SIZE"])):
            self.pool.put_nowait(await asyncpg.connect(self.url))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        content = (await self.answer(path, path.rsplit("/", 1)[1])).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def answer(self, path: str, last: str) -> str:
        """The JSON of a read."""
        if path.startswith("/deal/"):
            text, values = self.one
            deal_id = decode("deal", last)
            rows = await self.ask(text, [deal_id if value == SOME_ID else value for value in values])
            return _deal(rows[0])
        if path == "/events":
            rows = await self.ask(*self.feed)
            found = ",".join(finish(row["answer_"]) for row in rows[:50])
            more = "true" if len(rows) > 50 else "false"
            return f'{{"data":[{found}],"next_after":{rows[:50][-1]["position"]},"has_more":{more}}}'
        if path.startswith("/search/"):
            text, values = self.search
            given = [value.replace(SOME_WORD, last) if isinstance(value, str) else value for value in values]
            rows = await self.ask(text, given)
        else:
            rows = await self.ask(*self.pages[path])
        return f'{{"data":[{",".join(map(_deal, rows[:50]))}],"next_cursor":null}}'

    async def ask(self, text: str, values: Any) -> list[asyncpg.Record]:
        """One transaction of the vendor around one statement."""
        connection = await self.pool.get()
        try:
            await connection.execute(self.opening)
            rows: list[asyncpg.Record] = await connection.fetch(text, *values)
            await connection.execute("commit")
            return rows
        finally:
            self.pool.put_nowait(connection)


def _deal(row: asyncpg.Record) -> str:
    return finish(row["answer_"])[:-1] + ',"queue":null}'
