"""Settings that must not serve are refused at start, each with a sentence that names what to change."""

from typing import Any

import pytest
from pydantic import ValidationError
from tests.conftest import TEST_SECRET

from ecosystem_api.reference.settings import render_env, variables
from ecosystem_api.runtime.safety import database_hosts, find_dangers, refuse_unsafe, unknown_variables
from ecosystem_api.runtime.settings import DEVELOPMENT_ONLY, Settings

REMOTE = "postgresql://owner:p@db.internal:5432/ecosystem"
SAFE: dict[str, Any] = {
    "environment": "production",
    "database_url": REMOTE + "?sslmode=verify-full&sslrootcert=/etc/ca.pem",
    "secret": "b5e0c1f7a2d94386b1c07f5e9ad2460f",
    "host": "0.0.0.0",  # noqa: S104
    "base_url": "https://api.vendor.example/ecosystem",
}


def made(**changes: Any) -> Settings:
    return Settings().model_copy(update={**SAFE, **changes})


@pytest.fixture(autouse=True)
def _no_default_of_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"database_url": ""}, "DATABASE_URL"),
        ({"secret": ""}, "ECOSYSTEM_SECRET"),
        ({"secret": "a" * 64}, "ECOSYSTEM_SECRET"),
        ({"secret": "please-change-me-to-something-long-and-odd"}, "ECOSYSTEM_SECRET"),
        ({"base_url": ""}, "ECOSYSTEM_BASE_URL"),
        ({"base_url": "http://api.vendor.example"}, "ECOSYSTEM_BASE_URL"),
        ({"base_url": "api.vendor.example"}, "ECOSYSTEM_BASE_URL"),
        ({"base_url": "https://user:password@api.vendor.example"}, "ECOSYSTEM_BASE_URL"),
        ({"base_url": "https://api.vendor.example/?a=b"}, "ECOSYSTEM_BASE_URL"),
        ({"base_url": "", "host": "10.0.0.5"}, "ECOSYSTEM_BASE_URL"),
        ({"database_url": REMOTE}, "sslmode"),
        ({"database_url": REMOTE + "?sslmode=disable"}, "sslmode"),
        ({"database_url": REMOTE + "?sslmode=prefer"}, "sslmode"),
        ({"database_url": "postgresql://127.0.0.1,db.internal/ecosystem"}, "sslmode"),
        ({"database_url": "postgresql:///ecosystem?host=db.internal"}, "sslmode"),
        ({"log_level": "DEBUG"}, "ECOSYSTEM_LOG_LEVEL"),
        ({"unsafe_loopback_egress": True}, "ECOSYSTEM_UNSAFE_LOOPBACK_EGRESS"),
        ({"trusted_proxies": "10.1.0.0/16, 0.0.0.0/0"}, "ECOSYSTEM_TRUSTED_PROXIES has 0.0.0.0/0"),
        ({"cors_origins": "https://a.example, http://b.example"}, "ECOSYSTEM_CORS_ORIGINS has http://b.example"),
        ({"trusted_proxies": "::/0"}, "ECOSYSTEM_TRUSTED_PROXIES has ::/0"),
        ({"vendor_concurrency": 10, "pool_size": 10}, "ECOSYSTEM_VENDOR_CONCURRENCY=10"),
    ],
)
def test_a_danger_stops_the_start_of_production(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RuntimeError, match=named):
        refuse_unsafe(made(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"host": "127.0.0.1", "base_url": ""},
        {"base_url": "http://localhost:8080"},
        {"trusted_proxies": "10.0.0.0/8,fc00::/7"},
        {"vendor_concurrency": 0},
        {"cors_origins": "https://a.example:8443,http://localhost:5173"},
        {"database_url": REMOTE + "?sslmode=require"},
        {"database_url": REMOTE, "plaintext_database": True},
        {"database_url": "postgresql://127.0.0.1:5432,[::1]:5433/ecosystem"},
        {"database_url": "postgresql:///ecosystem?host=/var/run/postgresql"},
        {"environment": "development", "base_url": "http://testserver", "secret": "a" * 32, "database_url": REMOTE},
    ],
)
def test_what_is_safe_starts(changes: dict[str, Any]) -> None:
    assert list(find_dangers(made(**changes))) == []


def test_all_dangers_are_told_at_once() -> None:
    found = list(find_dangers(made(secret="a" * 32, base_url="http://api.vendor.example", log_level="DEBUG")))
    assert len(found) == 3


def test_the_driver_s_own_variable_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert list(find_dangers(made(database_url=REMOTE))) == []


def test_a_misspelt_setting_is_told_with_the_one_that_was_meant() -> None:
    found = list(unknown_variables(["ECOSYSTEM_PROT", "ECOSYSTEM_PORT", "ECOSYSTEM_API_SERVICE_HOST", "HOME"]))
    assert found == ["ECOSYSTEM_PROT is no setting; did you mean ECOSYSTEM_PORT?"]


def test_ports_are_a_list_and_a_database_is_postgresql() -> None:
    assert Settings(egress_ports="443, 8443").egress_ports == {443, 8443}  # type: ignore[arg-type]
    assert Settings(egress_ports="[443]").egress_ports == {443}  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="valid integer"):
        Settings(egress_ports="https")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="postgresql://"):
        Settings(DATABASE_URL="mysql://127.0.0.1/x")  # type: ignore[call-arg]


def test_every_setting_named_for_development_is_marked_so() -> None:
    marked = {name for name, field in Settings.model_fields.items() if field.json_schema_extra == DEVELOPMENT_ONLY}
    named = {
        name for name, field in Settings.model_fields.items() if "development only" in str(field.description).lower()
    }
    assert marked == named
    assert marked


def test_hosts_are_found_wherever_a_url_names_them() -> None:
    assert database_hosts("postgresql://u:p@a:1,b/x?sslmode=require") == ["a", "b"]
    assert database_hosts("postgresql://u@[::1]:5432/x") == ["[::1]"]
    assert database_hosts("postgresql:///x?host=/run/pg,c") == ["/run/pg", "c"]


def test_the_url_of_a_login_keeps_hosts_and_options_and_drops_the_owner() -> None:
    url = made(
        database_url="postgresql://o:p@a:1,b:2/db?sslmode=require&user=o&password=p&sslrootcert=/x/ca.pem"
    ).url_for("ecosystem_app")
    assert url.startswith("postgresql://db_app:")
    assert url.endswith("@a:1,b:2/db?sslmode=require&sslrootcert=/x/ca.pem")


def test_the_example_is_read_back_as_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in variables():
        monkeypatch.delenv(variable.name, raising=False)
    defaults = Settings()
    lines = [line.removeprefix("# ") for line in render_env().splitlines() if "=" in line]
    given = dict(line.split("=", 1) for line in lines if line.split("=", 1)[0].isupper())
    assert len(given) == len(Settings.model_fields)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings() == defaults
    assert TEST_SECRET not in render_env()
