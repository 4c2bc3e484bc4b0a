"""The engine is a library of its own: no database, no framework, no settings."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import ecosystem_api.rules as rules

PROGRAM = """
import sys
from ecosystem_api.rules import DEFAULT_BOOK, compile_book, decide, example_facts
assert decide(compile_book(DEFAULT_BOOK), "deal_registration.submit", example_facts()).outcome == "approve"
print("\\n".join(sorted(sys.modules)))
"""
STRANGERS = {"sqlalchemy", "fastapi", "starlette", "pydantic", "pydantic_settings", "asyncpg", "httpx", "structlog"}


def test_the_rules_import_no_database_framework_or_settings() -> None:
    source = str(Path(rules.__file__).parents[2])
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "ecosystem_api.rules.engine" in loaded
    assert {name.split(".")[0] for name in loaded} & STRANGERS == set()
    own = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("ecosystem_api.")}
    assert own == {"ecosystem_api.kernel", "ecosystem_api.rules"}


def test_the_example_in_the_docstring_runs() -> None:
    result = doctest.testmod(rules)
    assert result.attempted >= 6
    assert result.failed == 0
