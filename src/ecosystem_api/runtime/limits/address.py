"""Where a request comes from, as far as it can be believed."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

Network = IPv4Network | IPv6Network
NOWHERE = "unknown"


def client_address(scope: Scope, proxies: Sequence[Network]) -> str:
    """The address a request counts for: the peer's, or behind trusted proxies the last one they vouch for.

    Edges: an IPv6 client counts by its /64, which is one subscriber's; `X-Forwarded-For` of a peer that is no trusted
    proxy says nothing; without an address (a local socket) all count as one.
    """
    peer = scope.get("client")
    found = peer[0] if peer else NOWHERE
    if proxies and _is_trusted(found, proxies):
        said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
        for hop in reversed([part.strip() for part in said.split(",") if part.strip()]):
            found = hop
            if not _is_trusted(hop, proxies):
                break
    return _counted(found)


def _is_trusted(text: str, proxies: Sequence[Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in proxies)


def _counted(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return NOWHERE
    if not isinstance(address, IPv6Address):
        return text
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False).network_address)
