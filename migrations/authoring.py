"""What Alembic's comparison does not write by itself: the protection of a new tenant table, by its scope."""

from collections.abc import Iterable
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops

from ecosystem_api.runtime.database import Base

UNPROTECTED = ("reference", "local")


class Protect(ops.MigrateOperation):
    """Row-level security, policies and grants of one new table."""

    def __init__(self, table: str) -> None:
        self.table = table


class Unprotect(ops.MigrateOperation):
    """The policies of one table taken away before it is dropped."""

    def __init__(self, table: str) -> None:
        self.table = table


@renderers.dispatch_for(Protect)
def _protect(_: AutogenContext, op: Protect) -> str:
    info = Base.metadata.tables[op.table].info
    words = [f'"{op.table}"', f'"{info["scope"]}"']
    words += [f'{name}="{info[name]}"' for name in ("link", "link_column", "own_column", "grants") if info.get(name)]
    return f"protect({', '.join(words)})"


@renderers.dispatch_for(Unprotect)
def _unprotect(_: AutogenContext, op: Unprotect) -> str:
    return f'unprotect("{op.table}")'


def protect_new_tables(_: Any, __: Any, directives: list[Any]) -> None:
    """Put `protect` behind every new table's creation and its indexes, and `unprotect` before its fall."""
    step = directives[0]
    made = [op.table_name for op in step.upgrade_ops.ops if isinstance(op, ops.CreateTableOp)]
    tenant = [table for table in made if Base.metadata.tables[table].info["scope"] not in UNPROTECTED]
    _extend(step.upgrade_ops.ops, after=[Protect(table) for table in tenant])
    _extend(step.downgrade_ops.ops, before=[Unprotect(table) for table in reversed(tenant)])


def _extend(
    there: list[ops.MigrateOperation],
    *,
    before: Iterable[ops.MigrateOperation] = (),
    after: Iterable[ops.MigrateOperation] = (),
) -> None:
    there[:] = [*before, *there, *after]
