"""The one client that calls customers' addresses."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import httpcore
import httpx

from ecosystem_api.runtime.egress.address import is_loopback, is_public
from ecosystem_api.runtime.egress.target import EgressPolicy, EgressRefused, Target, read_target

MOST_BYTES = 256 * 1024
TOTAL_SECONDS = 5.0
AT_ONCE = 16  # calls in flight of one process: a slow address must not gather all there is

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Trouble = Literal["timeout", "unreachable", "too_large", "encoded", "busy"]


class EgressFailed(Exception):  # noqa: N818 - named for what happened
    """The address was called and did not answer as it should. Carries nothing of what it said."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


@dataclass(frozen=True)
class Answer:
    """What came back: any status, redirects included, which are never followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Egress:
    """Calls public addresses and nothing else. Shape: `await egress.call("GET", url)`.

    Every call resolves and checks anew: connections are not kept, so a name that moved is noticed at once.
    """

    def __init__(
        self,
        policy: EgressPolicy = EgressPolicy(),
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.policy = policy
        self._resolve = resolve or resolve_name
        self._tls = tls
        self._free = asyncio.Semaphore(AT_ONCE)

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        most_bytes: int = MOST_BYTES,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Answer:
        """Call an address once. Errors: EgressRefused before anything is sent, EgressFailed afterwards.

        Units: the time covers everything from the resolver to the last byte. Edges: redirects are answers.
        """
        target = read_target(url, self.policy)
        if self._free.locked():
            raise EgressFailed("busy")
        try:
            async with self._free, asyncio.timeout(total_seconds):
                return await self._exchange(method, target, dict(headers or {}), content, most_bytes)
        except (TimeoutError, httpcore.TimeoutException):
            raise EgressFailed("timeout") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ssl.SSLError):
            raise EgressFailed("unreachable") from None

    async def _exchange(
        self, method: str, target: Target, headers: dict[str, str], content: bytes | None, most_bytes: int
    ) -> Answer:
        # Parts, not text: what was judged is what is called.
        url = httpcore.URL(
            scheme=target.scheme, host=target.host.strip("[]"), port=target.port, target=target.path.encode()
        )
        sent = {"User-Agent": "ecosystem-api", "Accept-Encoding": "identity", **headers}
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)  # costs 20 ms, so not before it is needed
        backend = _CheckedBackend(self._resolve, self.policy)
        async with (
            httpcore.AsyncConnectionPool(
                ssl_context=self._tls, network_backend=backend, max_connections=1, max_keepalive_connections=0
            ) as pool,
            pool.stream(method, url, headers=list(sent.items()), content=content) as response,
        ):
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if found.get("content-encoding", "identity").lower() != "identity":
                raise EgressFailed("encoded")  # not asked for, and a way to answer little with much
            body = bytearray()
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) > most_bytes:
                    raise EgressFailed("too_large")
            return Answer(response.status, found, bytes(body))


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked, whatever the name says a moment later."""

    def __init__(self, resolve: Resolve, policy: EgressPolicy) -> None:
        self._resolve = resolve
        self._policy = policy
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        if not addresses or not all(self._may_reach(host, address) for address in addresses):
            # One bad answer condemns the name: a mixed one is how a check is made to see another than the connection.
            raise EgressRefused("not_public")
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.NetworkError, OSError):
                continue
        return await self._network.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise EgressRefused("not_public")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)

    def _may_reach(self, host: str, address: str) -> bool:
        is_local = host == "localhost" or is_loopback(host)
        return is_public(address) or (self._policy.allows_loopback and is_local and is_loopback(address))


async def resolve_name(host: str, port: int) -> Sequence[str]:
    """Every address of a name, by the system's resolver; none when there is no such name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
