"""What rooms offer is complete: tables leave with their owner, facts can be counted, news is told and heard."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from ecosystem_api.kernel.problem import Problem
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.area import Area, Fact
from ecosystem_api.runtime.ledger.event import Event
from tests.house.checks import Faults

_EVENT_NAME = re.compile(r"^[a-z_]+\.[a-z_]+$")
_TELLS_WHY = re.compile(r"(^|_)reasons?$")
_CODE = re.compile(r"^[a-z][a-z0-9_]*$")


def tables_offered(areas: Iterable[Area], mapped: Mapping[str, str]) -> Faults:
    """Every mapped table belongs to one room, and leaves with its owner or is withheld with a reason.

    `mapped` says for every table the module its class stands in.
    """
    faults: Faults = {}
    owned: dict[str, str] = {}
    for area in areas:
        tables = {table.__tablename__ for table in area.tables}
        exports = {export.table: export for export in area.exports}
        for name in tables - exports.keys():
            faults[name] = f'neither exported nor withheld: add Exports("{name}") to {area.name}'
        for name in exports.keys() - tables:
            faults[name] = f"{area.name} exports it without offering it as a table"
        for export in area.exports:
            if export.withheld is not None and not export.withheld.strip():
                faults[export.table] = "withheld without a reason"
        for name in tables & owned.keys():
            faults[name] = f"offered by {owned[name]} and by {area.name}"
        owned |= dict.fromkeys(tables, area.name)
    for name in mapped.keys() - owned.keys():
        faults.setdefault(name, f"mapped in {mapped[name]} but offered by no room: add its class to the area's tables")
    return faults


def facts_fixed(facts: Iterable[Fact]) -> Faults:
    """Every fact selects exactly the fixed columns, and says what it counts and in which unit."""
    faults: Faults = {}
    for fact in facts:
        columns = tuple(column.name for column in fact.select.selected_columns)
        if columns != Fact.COLUMNS:
            faults[fact.name] = f"selects {', '.join(columns)}: label exactly {', '.join(Fact.COLUMNS)}, in this order"
        elif not fact.sentence.strip().endswith("."):
            faults[fact.name] = "its sentence is missing or has no full stop"
        elif not fact.unit.strip():
            faults[fact.name] = "says no unit"
    return faults


def news_told(events: Iterable[type[Event]]) -> Faults:
    """Every event has a well formed name, a sentence, and fields that are described and exemplified."""
    faults: Faults = {}
    for event in events:
        if not _EVENT_NAME.match(event.type):
            faults[event.type or event.__name__] = "an event is named resource.verb_past, in small letters"
        elif not _is_sentence(event.__dict__.get("__doc__")):
            faults[event.type] = "its docstring's first line must be the sentence that tells what happened"
        described = event.model_json_schema(mode="serialization")
        for name, field in described.get("properties", {}).items():
            if not field.get("description", "").strip():
                faults[f"{event.type}.{name}"] = "a field of an event needs a description"
    return faults


def news_offered(made: Iterable[type[Event]], offered: Collection[type[Event]]) -> Faults:
    """An event class that no room offers would be recorded but never documented."""
    return {
        event.type: f"defined in {event.__module__} but not offered: add it to the area's events"
        for event in made
        if event.type and event not in offered
    }


def news_heard(areas: Iterable[Area], made: Collection[str]) -> Faults:
    """Every event that a handler waits for is made by some room."""
    return {
        f"{handler.name} on {name}": "no room makes this event: correct the name, or it is never called"
        for area in areas
        for handler in area.handlers
        for name in handler.on
        if name not in made
    }


def refusals_told(problems: Iterable[type[Problem]]) -> Faults:
    """Every refusal says one sentence under a code and a title of its own."""
    faults: Faults = {}
    codes: dict[str, str] = {}
    for problem in problems:
        name = f"{problem.__module__}.{problem.__name__}"
        if not _is_sentence(problem.__dict__.get("__doc__")):
            faults[name] = "its docstring's first line must be one sentence: it is the answer's detail"
        elif "code" not in problem.__dict__ or not _CODE.match(problem.code):
            faults[name] = "needs a `code` of its own in snake_case"
        elif problem.code in codes:
            faults[name] = f"has the code {problem.code} of {codes[problem.code]}"
        elif not problem.title.strip() or problem.title == Problem.title:
            faults[name] = "needs a title"
        elif not 400 <= problem.status < 600:
            faults[name] = f"is no refusal: its status is {problem.status}"
        codes.setdefault(problem.code, name)
    return faults


def reasons_explained(models: Iterable[type[BaseModel]]) -> Faults:
    """Every field that tells a reason code has a closed list, or the type that only an explained code has."""
    faults: Faults = {}
    for model in models:
        for name, field in model.model_fields.items():
            if _TELLS_WHY.search(name) and not _is_explained(field.annotation):
                faults[f"{model.__name__}.{name}"] = (
                    "takes any word: type it `Reason` (kernel/reason.py), and make the service's own codes with "
                    "`own_reason`, so that docs/facts.md says them; or give it a closed list, a Literal"
                )
    return faults


def _is_explained(annotation: Any) -> bool:
    if annotation is Reason or get_origin(annotation) is Literal:
        return True
    return any(_is_explained(part) for part in get_args(annotation))


def fields_told(schema: Mapping[str, Any]) -> Faults:
    """Every property reachable in an OpenAPI document has a description."""
    faults: Faults = {}
    for name, component in schema.get("components", {}).get("schemas", {}).items():
        for field, spec in component.get("properties", {}).items():
            if not str(spec.get("description", "")).strip():
                faults[f"{name}.{field}"] = 'undescribed: told("A sentence.", example)'
    return faults


def _is_sentence(text: str | None) -> bool:
    first = (text or "").strip().split("\n", 1)[0].strip()
    return len(first) > 8 and first.endswith(".") and first[0].isupper()
