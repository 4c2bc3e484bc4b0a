"""Statements that are compiled once and sent as they are: for the paths of every decision and of every hot read.

On those paths SQLAlchemy spends several times longer on building, keying and fetching a statement than PostgreSQL on
answering it. A `Statement` is written in the same words as any other and begins with `scoped` as any other; it is
compiled the first time and afterwards goes straight to the driver, in the transaction of the caller. `ask` keeps the
statements whose form a request decides.
"""

from ecosystem_api.runtime.statement.compiled import Row, Scope, Statement, ask
from ecosystem_api.runtime.statement.parts import any_of, given, listed, literally, together
from ecosystem_api.runtime.statement.writes import Writes, inserting, inserting_all

__all__ = [
    "Row",
    "Scope",
    "Statement",
    "Writes",
    "any_of",
    "ask",
    "given",
    "inserting",
    "inserting_all",
    "listed",
    "literally",
    "together",
]
