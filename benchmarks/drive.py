"""Send requests over kept connections and count: how many, how long each, and what they cost whom."""

import asyncio
import itertools
import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One stretch of load. CPU is that of the worker and of the database's sessions, per request."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    app_us: float
    database_us: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Connection:
    """One kept HTTP/1.1 connection; answers carry their length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a server on this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 22))

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send a request; answer status, head and body. Errors: IncompleteReadError when the server hangs up."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        at = head.lower().index(b"content-length:") + 15
        body = await self.reader.readexactly(int(head[at : head.index(b"\r", at)]))
        return int(head[9:12]), head, body


def request(method: str, path: str, token: str | None, body: bytes = b"", kind: str = "application/json") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: benchmark"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body or method == "POST":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    if method == "POST" and token:
        lines.append("If-Match: *")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def drive(
    port: int, requests: Sequence[bytes], seconds: float, clients: int, app_pid: int, postmaster: int
) -> Measured:  # fmt: skip
    """Load a server for a while. Errors: AssertionError for an answer that is no success."""
    turn = itertools.cycle(requests)
    times: list[float] = []
    connections = [await Connection.open(port) for _ in range(clients)]
    await asyncio.gather(*(one.ask(next(turn)) for one in connections))
    sessions = children_of(postmaster)
    app, own = cpu_seconds([app_pid]), cpu_seconds(sessions)
    begun = time.perf_counter()

    async def client(connection: Connection) -> None:
        while (now := time.perf_counter()) < begun + seconds:
            status, _, body = await connection.ask(next(turn))
            assert status < 300, (status, body[:500])
            times.append(time.perf_counter() - now)

    await asyncio.gather(*map(client, connections))
    lasted = time.perf_counter() - begun
    app, own = cpu_seconds([app_pid]) - app, cpu_seconds(sessions) - own
    for connection in connections:
        connection.writer.close()
    times.sort()
    count = len(times)
    p50, p99 = percentile(times, 0.5) * 1e3, percentile(times, 0.99) * 1e3
    return Measured(count, lasted, p50, p99, app / count * 1e6, own / count * 1e6)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value under which this share of them lies; at least one is needed, in order."""
    return ordered[int((len(ordered) - 1) * share)]


def cpu_seconds(pids: Collection[int]) -> float:
    """Processor time of some processes so far; those that are gone count nothing."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICK


def children_of(parent: int) -> list[int]:
    """The processes that a process has started: of PostgreSQL's, its sessions and its own helpers."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in found.split()]


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
