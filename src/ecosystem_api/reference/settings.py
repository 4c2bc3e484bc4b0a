"""docs/settings.md and .env.example: every variable an installation can set, from the settings themselves."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from ecosystem_api.reference.markdown import table
from ecosystem_api.runtime.settings import Settings

NEEDED = frozenset({"DATABASE_URL", "ECOSYSTEM_SECRET"})
_INTRODUCTION = """
Every setting is an environment variable. An empty one counts as not set; a wrong one stops the start with a sentence.
[Operations](operations.md) says what production needs.
""".lstrip()
_WIDTH = 110
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


@dataclass(frozen=True)
class Variable:
    """One environment variable: its default as one would write it, what it does, what is allowed."""

    name: str
    default: str
    sentence: str
    allowed: str


def variables() -> Iterator[Variable]:
    """Every variable, in the order in which the settings name them."""
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"ECOSYSTEM_{name.upper()}")
        yield Variable(variable, _written(field.default), str(field.description), _allowed(name, field))


def render() -> str:
    """The page."""
    rows = [
        [
            f"`{variable.name}`",
            "needed" if variable.name in NEEDED else f"`{variable.default}`" if variable.default else "empty",
            variable.sentence,
            variable.allowed,
        ]
        for variable in variables()
    ]
    head = ["Variable", "Default", "What it does", "Allowed"]
    return f"# Settings\n\n{_INTRODUCTION}\n" + table(head, rows)


def render_env() -> str:
    """The file to copy to `.env`: everything at its default, what is needed first left open."""
    parts = [
        "# Made from the code by `make docs`. Copy it to .env and fill in what is not commented out.\n"
        "# Read by `docker compose`, or by a shell: set -a; . ./.env; set +a\n"
    ]
    for variable in variables():
        told = variable.sentence + (
            f" {variable.allowed[:1].upper()}{variable.allowed[1:]}." if variable.allowed else ""
        )
        lines = [f"# {line}" for line in textwrap.wrap(told, _WIDTH, break_on_hyphens=False, break_long_words=False)]
        is_needed = variable.name in NEEDED
        parts.append(
            "\n".join([*lines, f"{variable.name}=" if is_needed else f"# {variable.name}={variable.default}"]) + "\n"
        )
    return "\n".join(parts)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return ",".join(str(item) for item in sorted(value))
    return value.as_posix() if isinstance(value, Path) else str(value)


def _allowed(name: str, field: FieldInfo) -> str:
    schema = Settings.model_json_schema(by_alias=False)["properties"][name]
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "pattern" in schema:
        return f"`{schema['pattern']}`"
    bounds = [
        f"{words} {getattr(rule, key):g}"
        for rule in field.metadata
        for key, words in _BOUNDS.items()
        if hasattr(rule, key)
    ]
    return " and ".join(bounds)
