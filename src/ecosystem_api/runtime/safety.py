"""Combinations of settings that must not serve: each is a sentence that names the variable and what would be right."""

import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

from ecosystem_api.runtime.egress.address import is_loopback
from ecosystem_api.runtime.settings import Settings, listed

WILDCARD_HOSTS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised here, not listened on
LEAST_DISTINCT = 12
# The largest networks that are anybody's own: 10.0.0.0/8 and fc00::/7.
LEAST_PREFIX = {4: 8, 6: 7}
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
_PLACEHOLDER = re.compile(r"change.?me|placeholder|example|your.?secret|replace.?(me|this)|0123456789", re.IGNORECASE)


def refuse_unsafe(settings: Settings) -> None:
    """Start-up check of `serve` and `worker`. Errors: RuntimeError with a sentence for each danger."""
    if found := list(find_dangers(settings)):
        raise RuntimeError("; ".join(found))


def find_dangers(settings: Settings) -> Iterator[str]:
    """What is wrong with these settings: in every environment first, then in production."""
    yield from _missing(settings)
    yield from _exposed(settings)
    if settings.environment == "production":
        yield from _development_settings(settings)
        yield from _weak_secret(settings)
        yield from _plain_http(settings)
        yield from _plain_database(settings)
        yield from _everybody_trusted(settings)
        yield from _plain_origins(settings)
        yield from _one_vendor_for_all(settings)


def unknown_variables(environment: Iterable[str]) -> Iterator[str]:
    """What looks like a setting and is none, with the setting that may have been meant.

    Why it is only told: a newer version's settings must not stop an older one.
    Edges: Kubernetes sets variables of its own, named by the service: `ECOSYSTEM_API_SERVICE_HOST`, ….
    """
    known = [f"ECOSYSTEM_{name.upper()}" for name in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith("ECOSYSTEM_") and name not in known and not name.startswith("ECOSYSTEM_API_"):
            meant = get_close_matches(name, known, 1)
            yield f"{name} is no setting" + (f"; did you mean {meant[0]}?" if meant else "")


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is the machine itself. Edges: a path is a socket file, so it is."""
    return host in ("localhost", "") or host.startswith("/") or is_loopback(host.strip("[]"))


def _missing(settings: Settings) -> Iterator[str]:
    if not settings.database_url:
        yield "DATABASE_URL is not set: name the database, or use `make run` for an embedded one"
    if not settings.secret:
        yield "ECOSYSTEM_SECRET is not set: choose 32 characters or more (`openssl rand -hex 32`)"
    if settings.host in WILDCARD_HOSTS and not settings.base_url:
        yield (
            f"ECOSYSTEM_HOST is {settings.host}, so clients reach this service under a name it cannot know: set "
            "ECOSYSTEM_BASE_URL to its public URL, which is issuer and audience of its tokens"
        )
    if settings.base_url:
        parts = urlsplit(settings.base_url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname
        if not is_whole or parts.query or parts.fragment or "@" in parts.netloc:
            yield "ECOSYSTEM_BASE_URL is not a base URL: write https://host, with a path if there is one, and no more"


def _exposed(settings: Settings) -> Iterator[str]:
    # Whoever may name an identity provider could call what only this machine reaches.
    is_near = is_this_machine(settings.host) and settings.host not in WILDCARD_HOSTS
    if settings.unsafe_loopback_egress and (not is_near or settings.public_url.startswith("https:")):
        yield (
            "ECOSYSTEM_UNSAFE_LOOPBACK_EGRESS is for development on one machine: unset it, or listen on 127.0.0.1 "
            "with a base URL of plain http"
        )


def _development_settings(settings: Settings) -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("development_only") and getattr(settings, name) != field.default:
            yield f"ECOSYSTEM_{name.upper()} is for development: unset it, or set ECOSYSTEM_ENVIRONMENT=development"
    if settings.log_level == "DEBUG":
        yield "ECOSYSTEM_LOG_LEVEL=DEBUG lets libraries tell what they handle: set INFO, WARNING or ERROR"


def _weak_secret(settings: Settings) -> Iterator[str]:
    if settings.secret and (len(set(settings.secret)) < LEAST_DISTINCT or _PLACEHOLDER.search(settings.secret)):
        yield "ECOSYSTEM_SECRET can be guessed: set it to the output of `openssl rand -hex 32`"


def _plain_http(settings: Settings) -> Iterator[str]:
    if settings.host in WILDCARD_HOSTS and not settings.base_url:
        return  # said already: the URL is not known at all
    parts = urlsplit(settings.public_url)
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        yield (
            f"clients would send tokens and secrets to {settings.public_url} unencrypted: put a proxy with TLS in "
            "front and set ECOSYSTEM_BASE_URL to its https:// address"
        )


def _plain_database(settings: Settings) -> Iterator[str]:
    if settings.plaintext_database or all(is_this_machine(host) for host in database_hosts(settings.database_url)):
        return
    asked = parse_qs(urlsplit(settings.database_url).query).get("sslmode", [os.environ.get("PGSSLMODE", "")])[-1]
    if asked not in _ENCRYPTED:
        yield (
            "the way to the database can be read by others: add sslmode=verify-full and sslrootcert=… to DATABASE_URL, "
            "or, where nobody else is on that network, set ECOSYSTEM_PLAINTEXT_DATABASE=true"
        )


def _everybody_trusted(settings: Settings) -> Iterator[str]:
    for text in listed(settings.trusted_proxies):
        network = ip_network(text)
        if network.prefixlen < LEAST_PREFIX[network.version]:
            yield (
                f"ECOSYSTEM_TRUSTED_PROXIES has {text}, so clients could say that they come from anywhere: name the "
                "network of your proxies alone"
            )


def _plain_origins(settings: Settings) -> Iterator[str]:
    for origin in listed(settings.cors_origins):
        parts = urlsplit(origin)
        if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
            yield f"ECOSYSTEM_CORS_ORIGINS has {origin}, whose pages anybody on the way can change: serve it by https"


def _one_vendor_for_all(settings: Settings) -> Iterator[str]:
    if settings.vendor_concurrency >= settings.pool_size > 1:
        yield (
            f"ECOSYSTEM_VENDOR_CONCURRENCY={settings.vendor_concurrency} lets one vendor take all "
            f"{settings.pool_size} connections of ECOSYSTEM_POOL_SIZE: set it lower, or to 0 where there is one vendor"
        )


def database_hosts(url: str) -> list[str]:
    """The hosts of a PostgreSQL URL, which may name several, also in its query."""
    parts = urlsplit(url)
    given = parse_qs(parts.query).get("host", [])
    listed = ",".join(given) if given else parts.netloc.rpartition("@")[2]
    return [re.sub(r":\d*$", "", host) if not host.endswith("]") else host for host in listed.split(",")]
