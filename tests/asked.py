"""What the service asks the database, as it asks it: one entry for each round trip."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from ecosystem_api.runtime.connections import Connections, Line


class Asked(NamedTuple):
    """A statement and its values."""

    query: str
    args: Sequence[Any]


@asynccontextmanager
async def asked_of(connections: Connections) -> AsyncIterator[list[Asked]]:
    """Everything that is sent from now on over the connections that are open."""
    sent: list[Asked] = []
    read_alone = Line._read_alone

    async def noted(line: Line, text: str, values: Sequence[Any]) -> Sequence[Any]:
        sent.append(Asked(text, values))  # the driver tells nothing of statements that were prepared by hand
        return await read_alone(line, text, values)

    def note(record: Any) -> None:
        sent.append(Asked(record.query, record.args))

    lines = [line._driver for line in connections._idle]
    assert lines, "no connection is open yet: the first request would not be counted"
    for driver in lines:
        driver.add_query_logger(note)
    try:
        with patch.object(Line, "_read_alone", noted):
            yield sent
    finally:
        await asyncio.sleep(0)  # the driver tells of a query in the next turn of the loop
        for driver in lines:
            driver.remove_query_logger(note)
