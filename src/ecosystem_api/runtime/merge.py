"""Merge one record into another: whatever in the house refers to it follows, in one transaction, floor by floor.

The room of the record does not know who refers to it. A room above may offer a `Follower` in its `area.py`; the tables
of a room that offers none follow by themselves, because the database knows what refers to what. So a new room follows
from its first day. Which rows followed is told with their ids, so that the same ones can be led back: to part a record
in two is to merge chosen rows of it into another.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, false, update
from sqlalchemy.exc import IntegrityError

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, constraint_name

if TYPE_CHECKING:
    from ecosystem_api.runtime.area import Area


@dataclass(frozen=True)
class Merge:
    """One record becomes another of the same table. `column` is how tables without a foreign key call a reference.

    Shape: `only` names by table the ids of the rows that follow, and no other table follows; None: all do.
    """

    table: str
    column: str
    source_id: UUID
    target_id: UUID
    only: Mapping[str, Collection[UUID]] | None = None

    def takes(self, table: str) -> Collection[UUID] | None:
        """The ids of the rows of a table that follow, None for all."""
        return None if self.only is None else self.only.get(table, ())


@dataclass(frozen=True)
class Finding:
    """What stands in the way of a merge, or is worth knowing: which records, and what would be right."""

    code: str
    resource: str
    ids: tuple[str, ...]
    detail: str


@dataclass
class Followed:
    """What followed, as rows by resource and with their ids; what stands in the way; what is worth knowing."""

    moved: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    conflicts: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    def add(self, other: "Followed") -> None:
        """Take another room's account into this one."""
        self.moved |= {name: self.moved.get(name, 0) + count for name, count in other.moved.items() if count}
        for name, ids in other.ids.items():
            self.ids[name] += ids
        self.conflicts += other.conflicts
        self.remarks += other.remarks


@dataclass(frozen=True)
class Follower:
    """What a room does when a record of another table is merged: it moves all its own tables, or says what prevents it.

    `run` may be called a second time, when rows were written under the old id in the very moment of the merge.
    """

    of: str
    run: Callable[[Tx, Caller, Merge], Awaitable[Followed]]


async def follow(tx: Tx, who: Caller, areas: "Iterable[Area]", merge: Merge) -> Followed:
    """Let every room follow, lowest floor first. Shape: with conflicts, what was moved must be rolled back."""
    all_followed = Followed()
    for area in areas:
        own = [follower for follower in area.followers if follower.of == merge.table]
        for follower in own:
            all_followed.add(await follower.run(tx, who, merge))
        if not own:
            all_followed.add(await move_rows(tx, merge, area.tables))
    return all_followed


async def move_rows(tx: Tx, merge: Merge, tables: Sequence[type[Any]]) -> Followed:
    """Have every reference in these tables point to the other record; a row with a version becomes a new one.

    Edges: what a constraint does not allow is a conflict, named by the constraint. Tables that are written once stay
    with the old record, unless their grants say that who reads them may change.
    """
    followed = Followed()
    for model in tables:
        if not follows(model):
            continue
        for column in references(model, merge):
            try:
                async with tx.session.begin_nested():
                    moved = await _move(tx, merge, model, column)
            except IntegrityError as error:
                detail = f"Both records have what only one may have ({constraint_name(error)})."
                followed.conflicts.append(Finding("taken", model.__tablename__, (), detail))
                continue
            count, ids = moved
            followed.moved[model.__tablename__] = followed.moved.get(model.__tablename__, 0) + count
            followed.ids[model.__tablename__] += [one for one in ids if one not in followed.ids[model.__tablename__]]
    return followed


def follows(model: type[Any]) -> bool:
    """Whether a table's rows may come to point to another record; `follows` in its info may say that they do not."""
    info = model.__table__.info
    return bool(info.get("follows", True)) and "update" in info.get("grants", "update")


def references(model: type[Any], merge: Merge) -> list[Column[Any]]:
    """The columns of a table that refer to the kind of record that is merged."""
    table = model.__table__
    found = {
        element.parent.name
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name == merge.table
        for element in constraint.elements
        if element.column.name == "id"
    }
    found |= {merge.column} & set(table.columns.keys())
    return [table.columns[name] for name in sorted(found)]


async def _move(tx: Tx, merge: Merge, model: type[Any], column: Column[Any]) -> tuple[int, list[UUID]]:
    """Answer how many rows moved, and the ids of those that have one."""
    columns = model.__table__.columns
    values: dict[Any, Any] = {column.name: merge.target_id}
    if {"version", "updated_at"} <= set(columns.keys()):
        values |= {"version": columns.version + 1, "updated_at": tx.now}
    statement = update(model.__table__).where(columns.vendor_id == tx.vendor_id, column == merge.source_id)
    chosen = merge.takes(model.__tablename__)
    if chosen is not None:
        # A row without an id goes where the record it is part of goes, which its own room must say.
        statement = statement.where(columns.id.in_(chosen) if "id" in columns else false())
    moved = await tx.session.execute(
        statement.values(values).returning(columns.id if "id" in columns else columns.vendor_id)
    )
    found = list(moved.scalars())
    # Core has changed rows that the session may hold already.
    tx.session.expire_all()
    return len(found), found if "id" in columns else []
