"""docs/facts.md: everything a rule of engagement may read and say."""

from collections.abc import Mapping
from typing import Any

from ecosystem_api.kernel.reason import own_reasons
from ecosystem_api.reference import codes
from ecosystem_api.reference.markdown import table
from ecosystem_api.rules import ACTIONS, CUSTOM_GROUPS, OUTCOMES, facts_as_markdown
from ecosystem_api.rules.compiler import MOST_CASES, MOST_RULES
from ecosystem_api.rules.expression import LONGEST_SOURCE, MOST_COMPREHENSIONS

_HOW = f"""\
A rule's `when` is an expression in [CEL](https://cel.dev) over these facts and parameters: `partner.tier == 'gold' &&
deal.amount_minor >= 5000000`. Its types and names are checked when it is written. An expression has at most
{LONGEST_SOURCE:,} characters and goes through lists at most {MOST_COMPREHENSIONS} times (`exists`, `all`, `filter`,
`map`); a book has at most {MOST_RULES} rules and {MOST_CASES} golden cases. A rule that cannot be evaluated for a
request asks for review: a fault never approves.
"""
_GROUPS = ", ".join(f"`{group}`" for group in CUSTOM_GROUPS)
_CUSTOM = f"""\
## Fields of your own

A vendor's [custom fields](guides/custom-fields.md) are read in the groups {_GROUPS}:
`deal.custom.seats > 50`. A draft is held against the fields in use when it is validated, tried and published, with line
and column; a published book keeps what it reads, and decides by that when fields have changed or gone. A field in which
a record has no value reads as `0`, `0.0`, `""` or `false`; `has()` tells the two apart: `!has(deal.custom.seats)`.

"""
_HELD = (
    ("text", "string", "`deal.custom.reference.startsWith('T-')`"),
    ("integer", "int", "`deal.custom.seats > 50`"),
    ("number", "double", "`deal.custom.margin >= 12.5`; a number beside it has a point: `12.0`"),
    ("boolean", "bool", "`partner.custom.is_strategic`"),
    ("date", "string", "`account.custom.renewal_on < '2027-01-01'`; what it is compared with is a day too"),
    ("choice", "string", "`account.custom.segment in ['public', 'private']`; what it is compared with is a choice"),
)


def render(document: Mapping[str, Any]) -> str:
    """The page; the codes that people give come from the contract."""
    actions = table(("action", "meaning"), [(f"`{action}`", sentence) for action, sentence in ACTIONS.items()])
    outcomes = table(
        ("outcome", "what follows"), [(f"`{outcome}`", sentence) for outcome, sentence in OUTCOMES.items()]
    )
    reasons = table(("reason", "says"), [(f"`{code}`", sentence) for code, sentence in sorted(own_reasons().items())])
    return "\n".join(
        [
            "# Facts, outcomes and reasons",
            "",
            _HOW,
            "## Actions",
            "",
            "What a rule can be about (`on`).",
            "",
            actions,
            "",
            "## Outcomes",
            "",
            "Strongest first: among the rules that apply, the strongest outcome decides.",
            "",
            outcomes,
            "",
            "## Reasons that no book has",
            "",
            "The codes in `reasons` are those of the rules in the book, or of [the person who",
            "decided](#codes-that-a-person-gives). These are the service's own.",
            "",
            reasons,
            "",
            codes.render(document),
            facts_as_markdown(),
            _CUSTOM + table(("field", "type", "example"), _HELD),
        ]
    )
