"""Protobuf messages made at import: one per group of facts, and as much of CEL's checked expression as is read here.

A private descriptor pool holds them, so that nothing is registered for the rest of the process and no generated file
has to be kept in step with the declaration of the facts.
"""

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # type: ignore[import-untyped]  # ships no types

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
        7: ("list", "CreateList"),
        8: ("struct", "bytes"),
        9: ("comprehension", "Comprehension"),
    },
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


def _facts_file() -> Any:
    declared = [(fact.group, fact.name, fact.type) for fact in FACTS]
    declared += [("params", name, kind) for name, kind in PARAMETER_TYPES.items()]
    file = descriptor_pb2.FileDescriptorProto(name="ecosystem/rules/facts.proto", package=_PACKAGE, syntax="proto3")
    for group in dict.fromkeys(group for group, _, _ in declared):
        message = file.message_type.add(name=group.capitalize())
        members = [(name, kind) for owner, name, kind in declared if owner == group]
        for number, (name, kind) in enumerate(members, start=1):
            label = _FIELD.LABEL_REPEATED if kind == "list<string>" else _FIELD.LABEL_OPTIONAL
            message.field.add(name=name, number=number, type=_WIRE[kind], label=label)
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


POOL: Final = _pool(_facts_file())
GROUP_TYPES: Final[dict[str, str]] = {
    group: f"{_PACKAGE}.{group.capitalize()}" for group in (*dict.fromkeys(fact.group for fact in FACTS), "params")
}
GROUP_MESSAGES: Final[dict[str, Any]] = {group: _class(POOL, group.capitalize()) for group in GROUP_TYPES}
CheckedExpression: Final = _class(_pool(_checked_expression_file()), "CheckedExpr")
