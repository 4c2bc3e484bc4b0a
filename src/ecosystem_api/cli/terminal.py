"""What the commands write to the terminal: answers on standard output, everything else on standard error."""

import json
import re
import socket
from collections.abc import Sequence
from typing import Any

import asyncpg
import httpx
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ecosystem_api.kernel.problem import Problem
from ecosystem_api.runtime.tokens import SealBroken

answers = Console(highlight=False, soft_wrap=True)
notes = Console(stderr=True, highlight=False)


def explain(error: Exception) -> str | None:
    """One sentence for an error that an operator can do something about; None for a fault of ours."""
    match error:
        case ValidationError():
            return "; ".join(f"{_name_of(fault)}: {_reason(fault)}" for fault in error.errors())
        case Problem():
            faults = "; ".join(f"{fault.pointer} {fault.detail}" for fault in error.errors)
            return f"{error.detail} {faults}".strip()
        case SealBroken():
            return "the signing key was sealed with another ECOSYSTEM_SECRET: set the secret it was made with"
        case CommandError():
            return f"the schema cannot be migrated ({error}): is the database that of a newer version?"
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return (
                f"the database refuses the login ({error}): check DATABASE_URL; if the secret changed, "
                "`ecosystem-api migrate` gives the service's logins their passwords"
            )
        case asyncpg.PostgresError():
            return f"the database refuses: {_first_line(error)}"
        case DBAPIError():
            return f"the database refuses: {_first_line(error.orig or error)}"
        case PoolTimeout():
            return "the database has no connection free"
        case httpx.TransportError():
            return f"the service does not answer ({error}): start it with `make run`, or name it with --url"
        case ConnectionError() | TimeoutError() | socket.gaierror():
            return f"the database does not answer ({error}): start it, or correct host and port in DATABASE_URL"
        case OSError():
            return f"{error.strerror or error}"
        case RuntimeError() if not isinstance(error, NotImplementedError | RecursionError):
            return str(error)
    return None


def print_json(value: Any) -> None:
    """Write one JSON document that programs can read."""
    answers.print(json.dumps(value, indent=2, ensure_ascii=False), markup=False)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows for people."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        # An id that is cut is no id: long cells are folded instead.
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


def _first_line(error: BaseException) -> str:
    line = next(iter(str(error).splitlines()), type(error).__name__)
    return re.sub(r"^<class '[^']*'>: ", "", line)  # SQLAlchemy puts the driver's class before its message


def _name_of(fault: Any) -> str:
    place = str(fault["loc"][0]) if fault["loc"] else "settings"
    return place.upper() if place.isupper() or place.startswith("database") else f"ECOSYSTEM_{place.upper()}"


def _reason(fault: Any) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")
