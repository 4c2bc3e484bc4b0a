"""The limit: an ASGI function and asyncpg, the same SQL in the same tenant transaction, and nothing else."""

import asyncio
import os
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.reads import SOME_ID, one_sql, page_sql
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.reading import finish


class Bare:
    """Two reads by path; the query of the list is fixed, its place follows the last slash."""

    def __init__(self, url: str, vendor_id: UUID, deep: list[Any]) -> None:
        self.url, self.vendor_id, self.deep = url, vendor_id, deep
        self.opening = f"begin; set local app.vendor = '{vendor_id}'"
        self.pool: asyncio.LifoQueue[asyncpg.Connection] = asyncio.LifoQueue()

    async def start(self) -> None:
        """Open connections and take over the statements."""
        self.one = await one_sql(self.vendor_id)
        self.first = await page_sql(self.vendor_id)
        self.far = await page_sql(self.vendor_id, self.deep)
        for _ in range(int(os.environ["ECOSYSTEM_POOL_SIZE"])):
            self.pool.put_nowait(await asyncpg.connect(self.url))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        name = scope["path"].rsplit("/", 1)[1]
        if name.startswith("deal_"):
            text, values = self.one
            deal_id = decode("deal", name)
            rows = await self.ask(text, [deal_id if value == SOME_ID else value for value in values])
            body = finish(rows[0]["answer_"])[:-1] + ',"queue":null}'
        else:
            text, values = self.far if name == "far" else self.first
            rows = await self.ask(text, values)
            found = [finish(row["answer_"])[:-1] + ',"queue":null}' for row in rows[:50]]
            body = f'{{"data":[{",".join(found)}],"next_cursor":null}}'
        content = body.encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

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
