"""Conditions in CEL, the Common Expression Language: checked when written, bounded when run, the same on every machine.

The checker knows the type of every fact, so a misspelt name or text compared with a number is refused with line and
column. It sees groups of facts; the evaluator sees each fact by itself under its whole name, which CEL resolves first,
because then no message has to be built for each decision. Beyond what CEL itself checks, a condition may not use what
would make it untyped (`dyn`, mixed lists), random (maps: their order differs from process to process) or misleading
(`has` of a fact, which is always there; a custom field may have no value, and `has(deal.custom.seats)` says so).
Source: https://github.com/google/cel-spec (language), cel-expr-python 0.1.3 (runtime).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cel_expr_python import cel
from google.protobuf.any_pb2 import Any as AnyMessage  # type: ignore[import-untyped]  # ships no types
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # ships no types

from ecosystem_api.rules.custom import CUSTOM, CUSTOM_GROUPS, CUSTOM_TYPES, CustomFact, names_of, value_faults
from ecosystem_api.rules.facts import FACTS, GROUPS
from ecosystem_api.rules.messages import GROUP_TYPES, CheckedExpression, Language, language_of
from ecosystem_api.rules.parameters import PARAMETER_TYPES

LONGEST_SOURCE: Final = 2_000
MOST_COMPREHENSIONS: Final = 2

_TYPES: Final[Mapping[str, Any]] = {
    "int": cel.Type.INT,
    "string": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "list<string>": cel.Type.List(cel.Type.STRING),
}
_FAULT: Final = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?: \[[A-Z_]+\])?$", re.MULTILINE)
_UNKNOWN: Final = re.compile(r"undefined field '(\w+)' not found in struct 'ecosystem\.rules\.(\w+)'")
# What follows from a fault that is told already.
_FOLLOWS: Final = "expression of type '*error*'"
_COMPARISONS: Final = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in")
_WRAPPING: Final = re.compile(r"^[A-Z_]+: (.*?)(?: \[[A-Z_]+\])?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a condition, and where. Units: line and column count characters, from 1."""

    line: int
    column: int
    message: str


class ConditionInvalid(ValueError):  # noqa: N818 - named like the refusal it leads to, RuleBookInvalid
    """The condition cannot be used; `faults` says why, in order of place."""

    def __init__(self, faults: list[Fault]) -> None:
        """All faults of a condition are told at once."""
        self.faults = sorted(faults, key=lambda fault: (fault.line, fault.column))
        super().__init__("; ".join(fault.message for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition: its program, and the paths of what it reads ("deal.country", "params.capacity")."""

    program: Any
    reads: frozenset[str]


def compile_condition(source: str, custom: Collection[CustomFact] = ()) -> Condition:
    """A text becomes a condition only when CEL accepts it, its value is true or false, and it keeps to the limits.

    Shape: `custom` are the fields that it may read besides the facts.
    Errors: ConditionInvalid, whatever the text.
    """
    if len(source) > LONGEST_SOURCE:
        raise ConditionInvalid([Fault(1, 1, f"has {len(source)} characters; at most {LONGEST_SOURCE} are allowed")])
    try:
        source.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ConditionInvalid([_fault_at(source, error.start, "half a surrogate pair is not a character")]) from None
    language = language_of(custom)
    program = _compiled(_checker(language), source, custom)
    checked = _checked(program)
    reading = _Reading(source, checked, custom)
    reading.walk(checked.expr)
    if program.return_type() != cel.Type.BOOL:
        kind = program.return_type().name().lower()
        reading.faults.append(Fault(1, 1, f"must be true or false, but its value is of type {kind}"))
    if reading.faults:
        raise ConditionInvalid(reading.faults)
    return Condition(_compiled(_evaluator(language), source, custom), frozenset(reading.reads))


def compile_together(sources: list[str], custom: Collection[CustomFact] = ()) -> Any | None:
    """One program that evaluates several checked conditions at a stroke, or None when CEL finds them too much at once.

    Edges: each stands in parentheses that close on a line of their own, so that a comment cannot swallow its neighbour.
    """
    try:
        return _evaluator(language_of(custom)).compile("[" + ",".join(f"({source}\n)" for source in sources) + "]")
    except RuntimeError:
        return None


def activation(known: Mapping[str, Any], language: Language) -> Any:
    """The facts and parameters of one decision by their paths, ready to be read by any number of conditions.

    Shape: custom fields are one message for each group ("deal.custom"). What no condition reads may be left out.
    """
    return _evaluator(language).Activation(known)


@lru_cache(maxsize=256)
def _checker(language: Language) -> Any:
    return cel.NewEnv(language.pool, variables={group: cel.Type(name) for group, name in GROUP_TYPES.items()})


@lru_cache(maxsize=256)
def _evaluator(language: Language) -> Any:
    named = {fact.path: _TYPES[fact.type] for fact in FACTS}
    named |= {f"params.{name}": _TYPES[kind] for name, kind in PARAMETER_TYPES.items()}
    named |= {f"{group}.{CUSTOM}": cel.Type(name) for group, name in language.custom_types.items()}
    return cel.NewEnv(language.pool, variables=named)


def _compiled(environment: Any, source: str, custom: Collection[CustomFact]) -> Any:
    try:
        return environment.compile(source)
    except RuntimeError as error:
        raise ConditionInvalid(_faults_of(str(error), source, custom)) from None
    except (TypeError, ValueError) as error:  # a text that cannot even be handed to CEL
        raise ConditionInvalid([Fault(1, 1, f"cannot be read: {error}")]) from None


def _checked(program: Any) -> Any:
    envelope, checked = AnyMessage(), CheckedExpression()
    try:
        envelope.ParseFromString(program.serialize())
        checked.ParseFromString(envelope.value)
    except DecodeError:  # protobuf reads to a depth of 100
        raise ConditionInvalid([Fault(1, 1, "is nested too deeply")]) from None
    if not checked.HasField("expr"):
        # What cannot be inspected is not allowed: another release of CEL may write its programs in another way.
        raise ConditionInvalid([Fault(1, 1, "cannot be inspected")])
    return checked


class _Reading:
    """A walk through a checked expression that gathers the facts it reads and what it may not do."""

    def __init__(self, source: str, checked: Any, custom: Collection[CustomFact]) -> None:
        self.source = source
        self.custom = {one.path: one for one in custom}
        self.offsets = {entry.key: entry.value for entry in checked.source_info.positions}
        self.untyped = {entry.key for entry in checked.type_map if entry.value.HasField("dyn")}
        self.reads: set[str] = set()
        self.faults: list[Fault] = []
        self.comprehensions = 0

    def walk(self, node: Any) -> None:
        if node.id in self.untyped:
            self._refuse(node, "has no certain type; compare values of one type (dyn and mixed lists are not allowed)")
            return
        if node.HasField("ident") and node.ident.name.lstrip(".") in GROUP_TYPES:
            group = node.ident.name.lstrip(".")
            self._refuse(node, f"names the whole group {group}; name one of its facts, such as {_a_fact_of(group)}")
        elif node.HasField("struct"):
            self._refuse(
                node, "builds a map or a message; conditions compare facts, parameters, texts, numbers and lists"
            )
        elif node.HasField("comprehension"):
            self._comprehension(node)
        elif node.HasField("select"):
            self._select(node)
        else:
            if node.HasField("call"):
                self._compared(node)
            for child in _children(node):
                self.walk(child)

    def _select(self, node: Any) -> None:
        operand = node.select.operand
        name = operand.ident.name.lstrip(".") if operand.HasField("ident") else ""
        path = _custom_path(node)
        if path is not None:
            self.reads.add(path)
        elif name in CUSTOM_GROUPS and node.select.field == CUSTOM:
            known = names_of(self.custom.values(), name)
            self._refuse(node, f"names all of {name}.{CUSTOM}; name one of its fields: {known}")
        elif node.select.test_only:
            self._refuse(node, "uses has(), which says nothing here: every fact is always there; compare its value")
        elif name in GROUP_TYPES:
            self.reads.add(f"{name}.{node.select.field}")
        else:
            self.walk(operand)

    def _compared(self, node: Any) -> None:
        """A field is compared with what it can hold: a choice with one of its choices, a day with a day."""
        if node.call.function not in _COMPARISONS or len(node.call.args) != 2:
            return
        for one, other in (tuple(node.call.args), tuple(node.call.args)[::-1]):
            field = self.custom.get(_custom_path(one) or "")
            if field is None:
                continue
            for text in other.list.elements if other.HasField("list") else [other]:
                if text.HasField("constant") and text.constant.HasField("string_value"):
                    self._judge_text(field, text)

    def _judge_text(self, field: CustomFact, node: Any) -> None:
        said = node.constant.string_value
        if not said:
            return  # what a field without a value reads as
        if field.type == "choice" and field.choices and said not in field.choices:
            self._refuse(node, f"{said!r} is no choice of {field.path}; there are: {', '.join(field.choices)}")
        elif field.type == "date" and any(value_faults(field, said)):
            self._refuse(node, f"{said!r} is no day: {field.path} is {CUSTOM_TYPES['date']}")

    def _comprehension(self, node: Any) -> None:
        self.comprehensions += 1
        if self.comprehensions == MOST_COMPREHENSIONS + 1:
            self._refuse(node, f"goes through lists more than {MOST_COMPREHENSIONS} times (all, exists, filter, map)")
        if node.comprehension.iter_var in GROUP_TYPES:
            self._refuse(
                node, f"calls its variable {node.comprehension.iter_var}, which is the name of a group of facts"
            )
            return
        for child in _children(node):
            self.walk(child)

    def _refuse(self, node: Any, message: str) -> None:
        self.faults.append(_fault_at(self.source, self.offsets.get(node.id, 0), message))


def _children(node: Any) -> Iterator[Any]:
    if node.HasField("call"):
        if node.call.HasField("target"):
            yield node.call.target
        yield from node.call.args
    elif node.HasField("list"):
        yield from node.list.elements
    elif node.HasField("comprehension"):
        loop = node.comprehension
        yield from (loop.iter_range, loop.accu_init, loop.loop_condition, loop.loop_step, loop.result)


def _custom_path(node: Any) -> str | None:
    """The path of a custom field where a node reads one, or asks whether it is there."""
    if not node.HasField("select") or not node.select.operand.HasField("select"):
        return None
    inner = node.select.operand.select
    group = inner.operand.ident.name.lstrip(".") if inner.operand.HasField("ident") else ""
    if group not in CUSTOM_GROUPS or inner.field != CUSTOM or inner.test_only:
        return None
    return f"{group}.{CUSTOM}.{node.select.field}"


def _a_fact_of(group: str) -> str:
    return f"{group}.{next(iter(GROUPS.get(group, PARAMETER_TYPES)))}"


def _fault_at(source: str, offset: int, message: str) -> Fault:
    before = source[:offset]
    return Fault(before.count("\n") + 1, offset - before.rfind("\n"), message)


def _faults_of(text: str, source: str, custom: Collection[CustomFact]) -> list[Fault]:
    found = {
        Fault(max(int(line), 1), max(int(column), 1), _told(message, source, custom)): None
        for line, column, message in _FAULT.findall(text)
        if not message.startswith(_FOLLOWS)
    }
    if found:
        return list(found)
    match = _WRAPPING.match(text)
    return [Fault(1, 1, _plain(match[1] if match else text))]


def _told(message: str, source: str, custom: Collection[CustomFact]) -> str:
    """The checker's message, with what there is where a custom field is unknown or compared with another type."""
    unknown = _UNKNOWN.search(message)
    if unknown and (unknown[2].endswith("Custom") or unknown[1] == CUSTOM):
        group = unknown[2].removesuffix("Custom").lower()
        if unknown[1] == CUSTOM:
            return f"there are no custom fields of {group}"
        return f"{group}.{CUSTOM} has no field {unknown[1]}; there are: {names_of(custom, group)}"
    plain = _plain(message)
    if "no matching overload" not in plain:
        return plain
    named = [one for one in custom if re.search(rf"\b{one.group}\s*\.\s*{CUSTOM}\s*\.\s*{one.key}\b", source)]
    words = [f"{one.path} is {CUSTOM_TYPES[one.type]}" for one in sorted(named, key=lambda one: one.path)]
    words += ["numbers beside it are written with a point (12.0)"] if any(one.type == "number" for one in named) else []
    return "; ".join([plain, *words])


def _plain(message: str) -> str:
    # The checker's own words, without the parser's list of everything it could have read next and the type's package.
    message = re.sub(r" expecting \{.*", "", message)
    message = re.sub(r" \(in container ''\)", "", message)
    return message.replace("ecosystem.rules.", "").strip()
