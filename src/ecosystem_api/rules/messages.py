"""Protobuf messages made at run time: the groups of facts as CEL's checker sees them, the custom fields as conditions
read them, and as much of CEL's checked expression as is read here.

Private descriptor pools hold them, so that nothing is registered for the rest of the process and no generated file has
to be kept in step with the declaration of the facts. Books that read the same custom fields share a pool.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # type: ignore[import-untyped]  # ships no types

from ecosystem_api.rules.custom import CUSTOM, CustomFact
from ecosystem_api.rules.facts import FACTS
from ecosystem_api.rules.parameters import PARAMETER_TYPES

_PACKAGE: Final = "ecosystem.rules"
_FIELD: Final = descriptor_pb2.FieldDescriptorProto
_WIRE: Final = {
    "int": _FIELD.TYPE_INT64,
    "string": _FIELD.TYPE_STRING,
    "bool": _FIELD.TYPE_BOOL,
    "list<string>": _FIELD.TYPE_STRING,
    "bytes": _FIELD.TYPE_BYTES,
}
_CUSTOM_WIRE: Final = {
    "text": _FIELD.TYPE_STRING,
    "choice": _FIELD.TYPE_STRING,
    "date": _FIELD.TYPE_STRING,
    "integer": _FIELD.TYPE_INT64,
    "number": _FIELD.TYPE_DOUBLE,
    "boolean": _FIELD.TYPE_BOOL,
}

# Field numbers of cel.expr.CheckedExpr and cel.expr.Expr. "bytes" stands for a message of which only
# the presence counts.
# Source: cel-spec, proto/cel/expr/checked.proto and syntax.proto.
_CHECKED_EXPRESSION: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "CheckedExpr": {3: ("type_map", "*TypeEntry"), 4: ("expr", "Expr"), 5: ("source_info", "SourceInfo")},
    "TypeEntry": {1: ("key", "int"), 2: ("value", "Type")},
    "Type": {1: ("dyn", "bytes")},
    "SourceInfo": {4: ("positions", "*PositionEntry")},
    "PositionEntry": {1: ("key", "int"), 2: ("value", "int")},
    "Expr": {
        2: ("id", "int"),
        4: ("ident", "Ident"),
        5: ("select", "Select"),
        6: ("call", "Call"),
        3: ("constant", "Constant"),
        7: ("list", "CreateList"),
        8: ("struct", "bytes"),
        9: ("comprehension", "Comprehension"),
    },
    "Constant": {6: ("string_value", "string")},
    "Ident": {1: ("name", "string")},
    "Select": {1: ("operand", "Expr"), 2: ("field", "string"), 3: ("test_only", "bool")},
    "Call": {1: ("target", "Expr"), 2: ("function", "string"), 3: ("args", "*Expr")},
    "CreateList": {1: ("elements", "*Expr")},
    "Comprehension": {
        1: ("iter_var", "string"),
        2: ("iter_range", "Expr"),
        4: ("accu_init", "Expr"),
        5: ("loop_condition", "Expr"),
        6: ("loop_step", "Expr"),
        7: ("result", "Expr"),
    },
}


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """What the conditions of a book may name: the groups of facts, with the custom fields that the book reads.

    Shape: `custom_types` names, for each group with custom fields, the type of their message; `readers` has how each
    field's value is handed over. Equal only to itself: the same fields have the same one.
    """

    pool: Any
    custom_types: Mapping[str, str]
    customs: Mapping[str, Any]
    readers: Mapping[str, Mapping[str, Callable[[Any], Any] | None]]

    def custom(self, group: str, values: Mapping[str, Any]) -> Any:
        """The custom fields of a record as conditions read them. Those that the book does not read are left out."""
        held = {
            key: values[key] if read is None else read(values[key])
            for key, read in self.readers[group].items()
            if values.get(key) is not None
        }
        return self.customs[group](**held)


def language_of(declared: Collection[CustomFact]) -> Language:
    """The language of a book that reads these fields. Cost: a millisecond or two, once for the same fields."""
    return _language(tuple(sorted((one.group, one.key, one.type) for one in declared)))


@lru_cache(maxsize=256)
def _language(declared: tuple[tuple[str, str, str], ...]) -> Language:
    groups = tuple(dict.fromkeys(group for group, _, _ in declared))
    pool = _pool(*([_custom_file(declared)] if declared else []), _facts_file(groups))
    return Language(
        pool=pool,
        custom_types={group: f"{_PACKAGE}.{_custom_name(group)}" for group in groups},
        customs={group: _class(pool, _custom_name(group)) for group in groups},
        readers={
            group: {key: float if kind == "number" else None for of, key, kind in declared if of == group}
            for group in groups
        },
    )


def _custom_name(group: str) -> str:
    return f"{group.capitalize()}Custom"


def _custom_file(declared: tuple[tuple[str, str, str], ...]) -> Any:
    # proto2, because there every single field knows whether it was there.
    file = descriptor_pb2.FileDescriptorProto(name="ecosystem/rules/custom.proto", package=_PACKAGE, syntax="proto2")
    for group in dict.fromkeys(group for group, _, _ in declared):
        message = file.message_type.add(name=_custom_name(group))
        for number, (key, kind) in enumerate([(key, kind) for of, key, kind in declared if of == group], start=1):
            # A JSON name of its own: the usual one is the same for tier_2 and tier2.
            json_name = f"custom{number}"
            message.field.add(
                name=key, number=number, type=_CUSTOM_WIRE[kind], label=_FIELD.LABEL_OPTIONAL, json_name=json_name
            )
    return file


def _facts_file(custom: tuple[str, ...] = ()) -> Any:
    declared = [(fact.group, fact.name, fact.type) for fact in FACTS]
    declared += [("params", name, kind) for name, kind in PARAMETER_TYPES.items()]
    file = descriptor_pb2.FileDescriptorProto(name="ecosystem/rules/facts.proto", package=_PACKAGE, syntax="proto3")
    for group in dict.fromkeys(group for group, _, _ in declared):
        message = file.message_type.add(name=group.capitalize())
        members = [(name, kind) for owner, name, kind in declared if owner == group]
        for number, (name, kind) in enumerate(members, start=1):
            label = _FIELD.LABEL_REPEATED if kind == "list<string>" else _FIELD.LABEL_OPTIONAL
            message.field.add(name=name, number=number, type=_WIRE[kind], label=label)
        if group in custom:
            type_name = f".{_PACKAGE}.{_custom_name(group)}"
            message.field.add(
                name=CUSTOM, number=1_000, type=_FIELD.TYPE_MESSAGE, label=_FIELD.LABEL_OPTIONAL, type_name=type_name
            )
    if custom:
        file.dependency.append("ecosystem/rules/custom.proto")
    return file


def _checked_expression_file() -> Any:
    # proto2, because there every single field knows whether it was there.
    file = descriptor_pb2.FileDescriptorProto(name="ecosystem/rules/checked.proto", package=_PACKAGE, syntax="proto2")
    for owner, members in _CHECKED_EXPRESSION.items():
        message = file.message_type.add(name=owner)
        for number, (name, kind) in members.items():
            label = _FIELD.LABEL_REPEATED if kind.startswith("*") else _FIELD.LABEL_OPTIONAL
            if (scalar := _WIRE.get(kind)) is not None:
                message.field.add(name=name, number=number, type=scalar, label=label)
            else:
                type_name = f".{_PACKAGE}.{kind.lstrip('*')}"
                message.field.add(name=name, number=number, type=_FIELD.TYPE_MESSAGE, label=label, type_name=type_name)
    return file


def _pool(*files: Any) -> Any:
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def _class(pool: Any, name: str) -> Any:
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


GROUP_TYPES: Final[dict[str, str]] = {
    group: f"{_PACKAGE}.{group.capitalize()}" for group in (*dict.fromkeys(fact.group for fact in FACTS), "params")
}
CheckedExpression: Final = _class(_pool(_checked_expression_file()), "CheckedExpr")
