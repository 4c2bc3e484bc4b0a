"""What the source must not say to the database. Read from the syntax tree, so that comments and names do not count."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.house.checks import Faults

# A setting's name has a dot or an underscore, or is one of four; so prose such as "set it to 3" is no statement.
_SESSION_SET = re.compile(
    r"^\s*(?:(?:set|SET)\s+(?:(?:session|SESSION)\s+)?(?:[a-z]+[._][a-z_.]+|role|timezone|time zone|datestyle)\b"
    r"\s*(?:=|to\b|TO\b|'|$)|(?:reset|RESET)\s+(?:all|ALL|role|[a-z]+[._][a-z_.]+))"
)
_LASTING_CONFIG = re.compile(r"set_config\s*\([^)]*,\s*(?:false|'f(?:alse)?')\s*\)", re.I)
_ADVISORY = re.compile(r"\bpg_(?:try_)?advisory_(?!xact)\w+", re.I)
_STATEMENTS = frozenset({"select", "exists", "text"})
_WRITES = frozenset({"update", "delete", "insert"})


@dataclass(frozen=True)
class Source:
    """A parsed module and the function each node stands in."""

    name: str
    tree: ast.Module
    text: str

    @classmethod
    def of(cls, name: str, text: str) -> "Source":
        """Parse a text under a name."""
        return cls(name, ast.parse(text), text)

    def functions(self) -> Iterator[tuple[str, ast.AST]]:
        """Each top-level statement with the name to report: of its function or class, else of the module."""
        for node in self.tree.body:
            yield f"{self.name}:{getattr(node, 'name', '<module>')}", node


def sources(package: Path) -> list[Source]:
    """Every module of a package."""
    return [
        Source.of(path.relative_to(package.parent).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
    ]


def lasting_settings(source: Source) -> Faults:
    """The tenant is set with SET LOCAL only, and advisory locks end with their transaction."""
    faults: Faults = {}
    for where, node in source.functions():
        for text in _strings(node):
            if any(_SESSION_SET.match(part) for part in text.split(";")) or _LASTING_CONFIG.search(text):
                faults[where] = "a session setting outlives its transaction in a pooler: use SET LOCAL"
            if _ADVISORY.search(text):
                faults[where] = "a session's advisory lock leaks through a pooler: use pg_advisory_xact_lock"
        for name in _called_functions(node):
            if _ADVISORY.match(name):
                faults[where] = "a session's advisory lock leaks through a pooler: use pg_advisory_xact_lock"
            if name == "set_config":
                faults[where] = "the tenant is set by Database.transaction alone"
    return faults


def crossings(source: Source) -> Faults:
    """Statements without a tenant stand in listed functions, and never lock what they read."""
    faults: Faults = {}
    for where, node in source.functions():
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
        names = {n.func.attr for n in calls if isinstance(n.func, ast.Attribute)}
        if "crossing" in names:
            faults[where] = "reads across vendors: work in Database.transaction, or list it here with its reason"
            if "with_for_update" in names:
                faults[where + " locks"] = "no locking reads across vendors: name the vendor first, lock inside its own"
    return faults


def unscoped_reads(source: Source) -> Faults:
    """In a room every SELECT begins with `scoped(tx, Row)`; facts are counted by the vendor column they carry."""
    faults: Faults = {}
    file = source.name.split("/")
    if {"facts.py", "facts", "tables.py", "tables"} & set(file[3:]):
        return faults
    for where, node in source.functions():
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            on_session = isinstance(call.func, ast.Attribute) and call.func.attr in {"get", "get_one"}
            if on_session and isinstance(call.func, ast.Attribute):
                on_session = ast.unparse(call.func.value).endswith("session")
            if (name in _STATEMENTS and not _is_vendor_lock(call)) or on_session:
                faults[where] = "begin with scoped(tx, Row): it narrows to the vendor and to the caller's partner"
    return faults


def unscoped_writes(source: Source) -> Faults:
    """In a room every UPDATE, DELETE and INSERT statement names the vendor."""
    faults: Faults = {}
    for where, node in source.functions():
        for statement in _simple_statements(node):
            calls = [n for n in ast.walk(statement) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
            writes = any(n.func.id in _WRITES for n in calls if isinstance(n.func, ast.Name))
            if writes and "vendor_id" not in _with_its_names(statement, node):
                faults[where] = "a bulk statement names vendor_id itself: row-level security is the second lock"
    return faults


def functions_used(source: Source) -> set[str]:
    """The SQL functions a module calls as `func.name(...)`."""
    return set(_called_functions(source.tree))


def moved_tenants(source: Source) -> Faults:
    """A row never changes its vendor."""
    faults: Faults = {}
    for where, node in source.functions():
        for inner in ast.walk(node):
            targets = inner.targets if isinstance(inner, ast.Assign) else []
            moved = any(isinstance(t, ast.Attribute) and t.attr == "vendor_id" for t in targets)
            if moved and "self.vendor_id" not in ast.unparse(inner):
                faults[where] = "vendor_id is immutable: make a new row"
    return faults


def only_listed(found: Mapping[str, str], listed: Collection[str]) -> Faults:
    """Of these findings the ones in modules that are not listed."""
    return {where: sentence for where, sentence in found.items() if where.split(":")[0] not in listed}


def _strings(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _called_functions(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == "func":
            yield inner.attr


def _with_its_names(statement: ast.stmt, function: ast.AST) -> str:
    """The text of a statement and of what was assigned to the names in it, earlier in the same function."""
    used = {inner.id for inner in ast.walk(statement) if isinstance(inner, ast.Name)}
    texts = [ast.unparse(statement)]
    for inner in ast.walk(function):
        if isinstance(inner, ast.Assign) and any(isinstance(t, ast.Name) and t.id in used for t in inner.targets):
            texts.append(ast.unparse(inner))
    return "\n".join(texts)


def _is_vendor_lock(call: ast.Call) -> bool:
    """A lock until the end of the transaction, of one vendor: it reads no table."""
    text = ast.unparse(call)
    return text.startswith("select(func.pg_advisory_xact_lock(") and "vendor_id" in text


def _simple_statements(node: ast.AST) -> Iterator[ast.stmt]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.stmt) and not hasattr(inner, "body"):
            yield inner
