"""What a book says and does not do: parameters that act through rules and that none reads, actions without a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ecosystem_api.rules.book import ACTIONS, Rule
from ecosystem_api.rules.compiler import CompiledBook, compile_book
from ecosystem_api.rules.default_book import DEFAULT_BOOK
from ecosystem_api.rules.parameters import SETTINGS, Parameters, Setting

_IDLE: Final = "deal_registration.idle"


@dataclass(frozen=True, slots=True)
class BookWarning:
    """Something that a book says and nothing of it does; it may be published all the same.

    Shape: `field` is the member of the book ("parameters/capacity", "rules"), `pointer` a JSON pointer to it.
    """

    field: str
    message: str
    pointer: str


def book_warnings(compiled: CompiledBook) -> tuple[BookWarning, ...]:
    """Each parameter that is set and decides nothing, in the order of parameters; then each action without a rule."""
    parameters = compiled.book.parameters
    unread = (setting for setting in unread_settings(compiled) if not _is_off(setting, parameters))
    return (*map(_of_setting, unread), *_of_actions(compiled))


def unread_settings(compiled: CompiledBook) -> tuple[Setting, ...]:
    """The parameters that act through rules alone and that no rule of the book reads: there they decide nothing."""
    read = compiled.reads
    acting = rules_acting()
    return tuple(one for one in SETTINGS if one.name in acting and read.isdisjoint(one.paths))


@cache
def rules_acting() -> Mapping[str, tuple[Rule, ...]]:
    """The parameters that act through rules alone, each with the rules of the default book whose conditions read it.

    Edges: a parameter that none of them reads acts by itself: the service keeps to it whatever the rules are.
    """
    plans = compile_book(DEFAULT_BOOK).plans.values()
    reads = {one.rule.key: one.condition.reads for plan in plans for one in plan.rules}
    found = {
        setting.name: tuple(rule for rule in DEFAULT_BOOK.rules if not reads[rule.key].isdisjoint(setting.paths))
        for setting in SETTINGS
    }
    return {name: rules for name, rules in found.items() if rules}


def _of_setting(setting: Setting) -> BookWarning:
    rule = rules_acting()[setting.name][0]
    place = f"parameters/{setting.name}"
    off = _off(setting)
    message = (
        f"no rule of this book reads {' or '.join(setting.paths)}, so the parameter decides nothing, and partners do "
        f"not read it; write a rule whose condition does, as the default book's rule {rule.key}: {rule.when}"
        + (f"; or turn it off with {off}" if off else "")
    )
    return BookWarning(place, message, f"/{place}")


def _of_actions(compiled: CompiledBook) -> Iterator[BookWarning]:
    for action, sentence in ACTIONS.items():
        if compiled.plans[action].rules or not _is_asked(action, compiled.book.parameters):
            continue
        examples = ", ".join(rule.key for rule in DEFAULT_BOOK.rules if action in rule.on)
        message = (
            f"no rule is about {action} ({sentence.rstrip('.')}), so default_outcome decides all of it: "
            f"{compiled.book.default_outcome}; write rules on it, as the default book's are: {examples}"
        )
        yield BookWarning("rules", message, "/rules")


def _is_asked(action: str, parameters: Parameters) -> bool:
    """Whether the service ever asks: about idle deals only where the book names days."""
    return action != _IDLE or parameters.idle_days is not None or bool(parameters.idle_overrides)


def _is_off(setting: Setting, parameters: Parameters) -> bool:
    value: Any = getattr(parameters, setting.name)
    # A limit of 0 asks for very much; a share of 0 asks for nothing.
    return value is None or value is False or value == () or (value == 0 and setting.unit == "%")


def _off(setting: Setting) -> str:
    """How JSON writes the value with which a parameter asks for nothing; empty where it has none."""
    default = getattr(Parameters(), setting.name)
    if default is None or setting.is_optional:
        return "null"
    if isinstance(default, bool):
        return "false"
    if isinstance(default, tuple):
        return "[]"
    return "0" if setting.unit == "%" else ""
