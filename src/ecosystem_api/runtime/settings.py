"""Configuration, typed and checked at start. Every name is an environment variable."""

import hashlib
import hmac
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field, field_validator
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ecosystem_api.runtime.egress import EgressPolicy

APP_ROLE = "ecosystem_app"
WORKER_ROLE = "ecosystem_worker"
# Marks a setting that production refuses in any other state than its default.
DEVELOPMENT_ONLY: JsonDict = {"development_only": True}


def listed(value: str) -> list[str]:
    """The parts of a setting that commas separate."""
    return [part.strip() for part in value.split(",") if part.strip()]


class Settings(BaseSettings):
    """What an installation can choose. Errors: ValidationError names the variable and what would be right."""

    model_config = SettingsConfigDict(env_prefix="ECOSYSTEM_", env_ignore_empty=True, extra="ignore")

    environment: Literal["production", "development"] = Field(
        default="production",
        description="In `production` unsafe combinations are refused at start; `make run` is `development` by itself.",
    )
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15-18 as postgresql://owner:password@host:port/database?sslmode=verify-full"
        "&sslrootcert=/path/ca.pem. `serve` and `worker` need no login in it. Empty: `make run` embeds a server.",
    )
    secret: str = Field(
        default="",
        description="Installation secret, 32 characters or more. Signs cursors, seals keys, peppers client secrets.",
    )
    data_dir: Path = Field(default=Path(".local"), description="Where the embedded server and the demo keep files.")
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port the API listens on.")
    base_url: str = Field(default="", description="Public URL of the API: issuer and audience of its tokens.")
    pool_size: int = Field(
        default=10, ge=1, le=200, description="Database connections of one process, besides the one that gives numbers."
    )
    statement_cache_size: int = Field(
        default=100,
        ge=0,
        le=10_000,
        description="Prepared statements kept per connection. 0 behind a pooler in transaction mode (PgBouncer).",
    )
    plaintext_database: bool = Field(
        default=False,
        description="Allow a database on another machine without TLS: only where nobody else is on that network.",
    )
    pool_wait_seconds: float = Field(default=2.0, gt=0, description="Longest wait for a connection before 503.")
    max_body_bytes: int = Field(default=1_048_576, ge=1024, description="Largest JSON body.")
    max_import_bytes: int = Field(default=52_428_800, ge=1024, description="Largest import file.")
    migration_lock_timeout: str = Field(
        default="2s",
        pattern="^[0-9]+(ms|s|min)$",
        description="How long a step of `migrate` waits for a lock before it fails and can be run again.",
    )
    login_prefix: str = Field(
        default="",
        pattern="^[a-z0-9_]{0,40}$",
        description="Prefix of the two database logins `migrate` makes. Empty: the database's name.",
    )
    token_lifetime_seconds: int = Field(default=600, ge=60, le=900, description="Life of an access token.")
    relay_poll_seconds: float = Field(default=0.1, gt=0, le=10, description="Pause of the worker when nothing waits.")
    client_requests_per_minute: int = Field(
        default=600, ge=0, description="Requests of one client or person, in each process. 0: no limit."
    )
    partner_requests_per_minute: int = Field(
        default=1_200, ge=0, description="Requests of all clients of one partner, in each process. 0: no limit."
    )
    vendor_requests_per_minute: int = Field(
        default=6_000, ge=0, description="Requests of all clients of one vendor, in each process. 0: no limit."
    )
    address_requests_per_minute: int = Field(
        default=600,
        ge=0,
        description="Requests without a valid token from one address, in each process: tokens bought, public pages, "
        "refused tokens. Behind a proxy set ECOSYSTEM_TRUSTED_PROXIES too. 0: no limit.",
    )
    client_writes_per_minute: int = Field(
        default=300, ge=0, description="Writes of one client over all processes. 0: no limit."
    )
    client_tokens_per_minute: int = Field(
        default=30, ge=0, description="Tokens one client may buy, over all processes. 0: no limit."
    )
    client_imports_per_hour: int = Field(
        default=60, ge=0, description="Imports one client may start, over all processes. 0: no limit."
    )
    partner_probes_per_minute: int = Field(
        default=30,
        ge=0,
        description="Questions of one partner that could find out about its rivals, over all processes. 0: no limit.",
    )
    vendor_concurrency: int = Field(
        default=5,
        ge=0,
        description="Requests of one vendor that may use the database at once in each process: fewer than the pool "
        "has connections, so that no vendor takes them all. 0: no limit.",
    )
    vendor_queue: int = Field(
        default=50, ge=0, description="Requests of one vendor that may wait for their turn; the next is refused."
    )
    pool_queue: int = Field(
        default=20,
        ge=0,
        description="Requests over the pool's size at which reads are refused; exports at half of it, writes at twice. "
        "0: nothing is refused before the pool's own wait ends.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Networks of the proxies in front, such as 10.0.0.0/8,fd00::/8, whose X-Forwarded-For is believed.",
    )
    cors_origins: str = Field(
        default="",
        description="Origins of the frontends whose pages may call from a browser, such as "
        "https://portal.vendor.example, separated by commas. Empty: none.",
    )
    request_log_seconds: float = Field(
        default=1.0,
        ge=0,
        le=3600,
        description="How often each process writes down what was called; under much load up to ten times as long. "
        "0: no request log is kept.",
    )
    drain_seconds: float = Field(default=5.0, ge=0, le=120, description="Time /readyz says draining before stopping.")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level logged.")
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="`json`; `text` for people; `auto` is text on a terminal, JSON everywhere else."
    )
    metrics_host: str = Field(default="127.0.0.1", description="Address the operator's port listens on.")
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Operator's port of `serve` and of `worker`: /metrics, /livez, /readyz, /startupz. 0: none.",
    )
    egress_ports: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset({443}),
        description="Ports at which customers' https addresses are called, separated by commas.",
    )
    unsafe_loopback_egress: bool = Field(
        default=False,
        json_schema_extra=DEVELOPMENT_ONLY,
        description="Development only: also call identity providers on this machine, by plain http and at any port.",
    )

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("needs 32 characters or more, for example from `openssl rand -hex 32`")
        return value

    @field_validator("database_url")
    @classmethod
    def _of_postgresql(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("postgresql", "postgres"):
            raise ValueError("write postgresql://host:port/database")
        return value

    @field_validator("egress_ports", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [part.strip() for part in value.strip("[]").split(",")] if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for text in listed(value):
            try:
                ip_network(text)
            except ValueError as error:
                raise ValueError(f"takes networks such as 10.0.0.0/8: {error}") from None
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        for text in listed(value):
            parts = urlsplit(text)
            if (
                parts.scheme not in ("https", "http")
                or not parts.hostname
                or text != f"{parts.scheme}://{parts.netloc}"
            ):
                raise ValueError(f"takes origins such as https://portal.vendor.example, and {text} is none")
        return value

    @cached_property
    def public_url(self) -> str:
        """The URL clients use, without a trailing slash."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def egress_policy(self) -> EgressPolicy:
        """Which of the addresses that customers name may be called."""
        return EgressPolicy(self.egress_ports, self.unsafe_loopback_egress)

    def derive(self, purpose: str) -> bytes:
        """32 bytes bound to one purpose, from the installation secret. Errors: RuntimeError without a secret."""
        if not self.secret:
            raise RuntimeError("ECOSYSTEM_SECRET is not set: choose 32 characters or more and keep them")
        return hmac.new(self.secret.encode(), b"ecosystem-api:" + purpose.encode(), hashlib.sha256).digest()

    def url_for(self, role: str) -> str:
        """The database URL of the application's or the worker's own login, made by `migrate`.

        Why: the owner of the tables may ignore row-level security; the service never connects as the owner.
        """
        parts = urlsplit(self.database_url)
        login, password = self.login(role)
        netloc = f"{quote(login)}:{quote(password)}@{parts.netloc.rpartition('@')[2] or '127.0.0.1'}"
        # The owner's login may also stand in the query, where the driver would prefer it.
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("user", "password")]
        return urlunsplit((parts.scheme, netloc, parts.path, urlencode(kept, safe="/,:"), ""))

    def login(self, role: str) -> tuple[str, str]:
        """Name and password of the login that is a member of `role`, per database.

        Edges: those of a database called `ecosystem` would be called as the roles are, so theirs is a longer name.
        """
        prefix = self.login_prefix or urlsplit(self.database_url).path.lstrip("/")[:40] or "postgres"
        name = f"{prefix}_{role.removeprefix('ecosystem_')}"
        if name == role and not self.login_prefix:
            name = f"{prefix}_login_{role.removeprefix('ecosystem_')}"
        return name, self.derive(f"login:{name}").hex()
