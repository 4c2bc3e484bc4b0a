"""Which addresses are public: pure."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Python's own is_global changes between patch releases; these lists are ours and tested.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Only global unicast is public, so loopback, link-local, unique-local, mapped (::ffff:0:0/96), compatible (::/96),
# NAT64 (64:ff9b::/96) and multicast are out by lying elsewhere.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet and to nothing special.

    Edges: an IPv6 address with a zone, or one that carries an IPv4 address inside (6to4, Teredo, NAT64), is not.
    Source: IANA IPv4 and IPv6 special-purpose address registries.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None or address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6)


def is_loopback(text: str) -> bool:
    """Whether an address is this machine itself: 127.0.0.0/8 or ::1, in no other spelling."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    return address.is_loopback and (isinstance(address, IPv4Address) or address.ipv4_mapped is None)
