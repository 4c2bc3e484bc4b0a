"""A small room for tests of imports: it keeps crates."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import Field
from tests import counting
from tests.makers import Api, House, ok

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.runtime.area import Area, Grant, ImportKind
from ecosystem_api.runtime.caller import DECIDERS, Caller
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger import Event, record
from ecosystem_api.runtime.ledger.deliver import perform
from ecosystem_api.runtime.ledger.tables import CounterRow
from ecosystem_api.runtime.wire import Amount, Country, Line, Wire, told


class CrateImport(Wire):
    """One line of an import of crates, a test's kind of record."""

    external_id: Line = told("Id in the other system.", "C-1")
    weight: int = told("Kilograms.", 12)
    country: Country | None = told("Where it stands.", "CA", default=None)
    tags: list[Line] = told("Words.", ["a"], default=[])
    price: Amount | None = told("What it costs.", default=None)
    packed_on: date | None = told("When.", default=None)


class CratePacked(Event):
    """A test's news of a crate."""

    type = "crate.packed"
    external_id: str = Field(description="Which.", examples=["C-1"])


class Crates:
    """A room that keeps crates as counters named after them: the weight is the counter's value, made by adding up."""

    def __init__(self) -> None:
        self.callers: list[Caller] = []
        self.seen: list[CrateImport] = []
        self.before: Callable[[CrateImport], None] = lambda line: None

    async def apply(self, tx: Tx, who: Caller, line: CrateImport) -> tuple[str, str]:
        self.callers.append(who)
        self.seen.append(line)
        known = scoped(tx, CounterRow).where(CounterRow.name == f"crate:{line.external_id}")
        row: CounterRow | None = await tx.session.scalar(known)
        crate_id = encode("crate", new_uuid())
        if row is not None and row.value == line.weight:
            return "unchanged", crate_id
        if row is None:
            await tx.insert(CounterRow(vendor_id=tx.vendor_id, name=f"crate:{line.external_id}", value=line.weight))
        else:
            row.value = line.weight
        await counting.count(tx, "crates applied")
        await record(tx, who, CratePacked(external_id=line.external_id), subject_id=crate_id)
        self.before(line)
        return ("created" if row is None else "updated"), crate_id


def offer_of(crates: Crates) -> Area:
    """The room as the house takes it."""
    return Area(
        "test/crates",
        grants=(Grant("crates:write", DECIDERS, "Pack crates."),),
        events=(CratePacked,),
        imports=(ImportKind("crates", CrateImport, "external_id", "crates:write", crates.apply),),
    )


async def send(api: Api, data: str | bytes, form: str = "text/csv", query: str = "", **headers: str) -> Any:
    return await api.call(
        "POST", f"/v1/imports?kind=crates{query}", content=data, headers={"Content-Type": form, **headers}
    )


async def done(house: House, api: Api, answer: Any) -> dict[str, Any]:
    """The import after the worker had its time."""
    await house.drain()
    read: dict[str, Any] = ok(await api.get(f"/v1/imports/{ok(answer, 202)['id']}"))
    return read


async def problems(api: Api, read: dict[str, Any]) -> list[tuple[int, str, str]]:
    found, path = [], f"/v1/imports/{read['id']}/problems?limit=50"
    while path:
        answer = await api.get(path)
        found += [(row["row_number"], row["pointer"], row["code"]) for row in ok(answer)["data"]]
        path = answer.links["next"]["url"] if answer.json()["next_cursor"] else ""
    return found


async def stored(house: House, vendor_id: Any) -> dict[str, int]:
    async with house.machinery.database.transaction(vendor_id) as tx:
        rows = await tx.session.scalars(scoped(tx, CounterRow))
        return {row.name.removeprefix("crate:"): row.value for row in rows}


def counts(read: dict[str, Any]) -> tuple[int, int, int, int]:
    return read["created"], read["updated"], read["unchanged"], read["failed"]


async def work_off(house: House, vendor_id: Any, delivery_id: Any) -> None:
    labour = house.worker.machinery
    await perform(labour.database, labour.catalog, vendor_id, delivery_id, house.worker.name)
