"""What a log line may hold."""

import ast
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ecosystem_api
from ecosystem_api.runtime.logs import (
    FIELDS,
    REDACTED,
    for_people,
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


_WRITER = """
import structlog
from ecosystem_api.runtime.logs import configure_logs, tell_request
configure_logs("INFO", FORM)
structlog.get_logger("worker").warning("vendor_waits to a.person@mail.example", seconds=2.5, colour="red")
tell_request("req_1", "GET", "/v1/me", 200, 0.0042)
"""


def _written(form: str, *, on_a_terminal: bool) -> list[str]:
    """What another process logs, on a real terminal or into a pipe."""
    command = [sys.executable, "-c", _WRITER.replace("FORM", repr(form))]
    if not on_a_terminal:
        return subprocess.run(command, check=True, capture_output=True, text=True).stderr.splitlines()
    ours, theirs = pty.openpty()
    try:
        subprocess.run(command, check=True, stderr=theirs)
        return os.read(ours, 65536).decode().splitlines()
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(("form", "on_a_terminal"), [("auto", True), ("text", False)])
def test_on_a_terminal_lines_are_written_for_people(form: str, on_a_terminal: bool) -> None:
    warning, request = _written(form, on_a_terminal=on_a_terminal)
    assert warning[8:] == f" warning vendor_waits to {REDACTED} seconds=2.5 dropped=['colour']"
    assert request[8:] == " info    request GET /v1/me 200 4.2 ms request_id=req_1"


@pytest.mark.parametrize(("form", "on_a_terminal"), [("auto", False), ("json", True)])
def test_everywhere_else_every_line_is_json(form: str, on_a_terminal: bool) -> None:
    warning, request = map(json.loads, _written(form, on_a_terminal=on_a_terminal))
    assert (warning["event"], warning["seconds"], warning["dropped"]) == (
        f"vendor_waits to {REDACTED}",
        2.5,
        ["colour"],
    )
    assert (request["route"], request["status"], request["ms"]) == ("/v1/me", 200, 4.2)


def test_a_line_for_people_stays_one_line_and_commands_no_terminal() -> None:
    line = {"timestamp": "2026-11-22T04:00:37.694546Z", "level": "error", "logger": "http", "event": "a\nb\x1b[2J",
            "exception": [{"kind": "builtins.ValueError", "stack": ["ecosystem_api/app.py:1 go"]}]}  # fmt: skip
    assert for_people(line).splitlines() == [
        r"04:00:37 error   a\nb\x1b[2J", "    builtins.ValueError", "      ecosystem_api/app.py:1 go"
    ]  # fmt: skip
