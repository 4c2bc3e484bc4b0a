"""What a log line may hold."""

import ast
from pathlib import Path
from typing import Any

import pytest

import ecosystem_api
from ecosystem_api.runtime.logs import (
    FIELDS,
    REDACTED,
    keep_known_fields,
    redact_texts,
    tell_exception_without_values,
)


def redacted(text: str) -> str:
    return str(redact_texts(None, "info", {"event": text})["event"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("user jane.doe+crm@mail.example.co.uk left", "user [redacted] left"),
        ("user jane.doe%40example.com left", "user [redacted] left"),
        ("token eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl seen", "token [redacted] seen"),
        ("cut short eyJhbGciOiJFUzI1NiIsInR5cCI", "cut short [redacted]"),
        ("made ecos_C7G1ozZlPnRBUKn4Ao_zX5NT_IvMmV5nDALgzUPv10M", "made [redacted]"),
        ("signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "signed with [redacted]"),
        ("Authorization: Basic Y2xpX3g6c2VjcmV0", "Authorization: [redacted]"),
        ("to postgresql://owner:hunter2@db.internal:5432/app", "to postgresql://[redacted]@db.internal:5432/app"),
        ("?client_secret=hunter2&limit=3", "?[redacted]&limit=3"),
        ('{"password": "hunter2", "a": 1}', '{"[redacted]", "a": 1}'),
        ("key " + "0123456789abcdef" * 4, "key [redacted]"),
    ],
)
def test_a_secret_or_an_address_is_put_out_of_sight_and_the_rest_stays(text: str, kept: str) -> None:
    assert redacted(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "/v1/deal-registrations/{deal_id}/submit",
        "req_5a7e41f7e009a650e8c37943",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "cli_01m80pfrt7e4a9shf1me32e08s.01m80pfrsceczvy7a9ywpsyrxn",
        "2026-11-22T04:00:37.694546Z",
        "ecosystem_api.runtime.database.Database",
    ],
)
def test_what_is_neither_secret_nor_personal_stays_readable(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("text", ["eyJabcd", "ecos_abcdef", "whsec_abcdef", "req.eyJabcd", "a-ecos_abcdef", "0" * 64])
def test_a_short_secret_alone_in_its_text_is_put_out_of_sight(text: str) -> None:
    assert redacted(text) in {REDACTED, f"req.{REDACTED}", f"a-{REDACTED}"}


def test_nested_values_are_redacted_and_long_ones_cut() -> None:
    line: dict[str, Any] = {"event": "x" * 5_000, "count": 3, "kind": ["a@example.com", {"b": "c@example.com"}]}
    found = redact_texts(None, "info", line)
    assert len(found["event"]) == 2_000
    assert found["count"] == 3
    assert found["kind"] == [REDACTED, {"b": REDACTED}]


def test_an_unknown_field_is_left_out_and_named() -> None:
    found = keep_known_fields(None, "info", {"event": "x", "body": "{}", "authorization": "Bearer x"})
    assert found == {"event": "x", "dropped": ["authorization", "body"]}


def test_an_exception_is_told_by_kind_and_place_and_never_by_its_message() -> None:
    try:
        try:
            raise ValueError("jane@example.com")
        except ValueError as error:
            raise RuntimeError("secret value") from error
    except RuntimeError as error:
        found = tell_exception_without_values(None, "error", {"event": "x", "exc_info": error})
    kinds = [link["kind"] for link in found["exception"]]
    assert kinds == ["builtins.RuntimeError", "builtins.ValueError"]
    assert all("test_logs.py" in frame for link in found["exception"] for frame in link["stack"])
    assert "jane" not in str(found)
    assert "secret value" not in str(found)


@pytest.mark.parametrize("given", [True, (None, None, None), None])
def test_without_an_exception_there_is_nothing_to_tell(given: Any) -> None:
    assert tell_exception_without_values(None, "error", {"event": "x", "exc_info": given}) == {"event": "x"}


def test_every_field_that_the_code_logs_is_listed() -> None:
    logged: dict[str, str] = {}
    for path in Path(ecosystem_api.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("log"), attr="debug" | "info" | "warning" | "error")):
                    logged |= {word.arg: path.name for word in node.keywords if word.arg}
    assert len(logged) >= 8
    assert {name: place for name, place in logged.items() if name not in FIELDS | {"exc_info"}} == {}
