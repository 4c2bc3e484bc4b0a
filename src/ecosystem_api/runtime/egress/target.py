"""Read a URL that a customer gave, strictly: what any parser could read differently is refused."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ecosystem_api.runtime.egress.address import is_loopback

LONGEST_URL = 2048
_VISIBLE = re.compile(r"[!#-;=?-\[\]_a-z~]+")  # printable ASCII without space " < > \ ^ ` { | }; capitals are in ?-[
_AUTHORITY = re.compile(r"(?P<host>[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")

Fault = Literal["malformed", "not_https", "this_machine", "credentials", "fragment", "not_a_name", "port", "not_public"]
SENTENCES: dict[Fault, str] = {
    "malformed": "Not an absolute URL in plain ASCII of at most 2,048 characters.",
    "not_https": "Only https is called.",
    "this_machine": "This machine is called in development only, where ECOSYSTEM_UNSAFE_LOOPBACK_EGRESS=1 is set.",
    "credentials": "A URL must not carry a user name or a password.",
    "fragment": "A URL to be called has no fragment.",
    "not_a_name": "Name the host by its DNS name; write names outside ASCII in their xn-- form.",
    "port": "Only the ports this installation allows are called; leave the port out for 443.",
    "not_public": "The host has no public address.",
}


class EgressRefused(Exception):  # noqa: N818 - a refusal, like TokenRefused
    """The address may not be called. Says why in words that give nothing internal away."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault

    @property
    def sentence(self) -> str:
        """What would be right."""
        return SENTENCES[self.fault]


@dataclass(frozen=True)
class EgressPolicy:
    """What this installation may call: ports, and (unsafe, for development) this machine itself by plain http."""

    ports: frozenset[int] = frozenset({443})
    allows_loopback: bool = False


@dataclass(frozen=True)
class Target:
    """A URL in the parts that are used, so that nobody parses it a second time."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_local(self) -> bool:
        """Whether it names this machine, in the two spellings that the unsafe policy allows."""
        return self.host == "localhost" or is_loopback(self.host.strip("[]"))


def read_target(url: str, policy: EgressPolicy) -> Target:
    """The parts of a URL that may be called by its looks; its addresses are checked when it is called.

    Errors: EgressRefused. Addresses instead of names are refused in every notation, so there is none to misread.
    """
    if len(url) > LONGEST_URL or not _VISIBLE.fullmatch(url):
        raise EgressRefused("malformed")
    scheme, separator, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not separator or not authority:
        raise EgressRefused("malformed")
    if "@" in authority:
        raise EgressRefused("credentials")
    if "#" in url:
        raise EgressRefused("fragment")
    found = _AUTHORITY.fullmatch(authority.lower())
    if found is None:
        raise EgressRefused("not_a_name")
    parts = urlsplit(url)
    path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    default = {"https": 443, "http": 80}.get(scheme.lower(), 0)
    target = Target(scheme.lower(), found["host"], int(found["port"] or default), path)
    _judge(target, policy)
    return target


def _judge(target: Target, policy: EgressPolicy) -> None:
    if policy.allows_loopback and target.scheme in ("http", "https") and target.is_local:
        if not 1 <= target.port <= 65535:
            raise EgressRefused("port")
        return
    if target.is_local and target.scheme in ("http", "https"):
        raise EgressRefused("this_machine")
    if target.scheme != "https":
        raise EgressRefused("not_https")
    labels = target.host.split(".")
    # A last label that begins with a digit makes some resolvers read the whole as an address.
    if len(labels) < 2 or labels[-1][:1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        raise EgressRefused("not_a_name")
    if target.port not in policy.ports:
        raise EgressRefused("port")
