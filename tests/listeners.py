"""Small real servers on this machine, for code that calls out."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[str], bytes]


@dataclass
class Listener:
    """An HTTP server that answers every path with what `reply` makes of it, and remembers who asked for what."""

    reply: Reply
    port: int = 0
    paths: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def http(body: Any, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole answer; anything but bytes as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\n{headers}Connection: close\r\n\r\n".encode() + raw


@contextlib.asynccontextmanager
async def listening(reply: Reply, tls: ssl.SSLContext | None = None, pause: float = 0) -> AsyncIterator[Listener]:
    """Serve until left. `pause` waits before each byte of the answer, as a slow-loris server does."""
    found = Listener(reply)
    if tls is not None:
        tls.sni_callback = lambda _socket, name, _context: found.names.append(name)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ")[1]
            found.paths.append(path)
            found.hosts.append(next(line[6:] for line in head.split("\r\n") if line.lower().startswith("host: ")))
            answer = found.reply(path)
            for piece in [answer[i : i + 1] for i in range(len(answer))] if pause else [answer]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
