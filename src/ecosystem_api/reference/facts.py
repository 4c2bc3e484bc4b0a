"""docs/facts.md: everything a rule of engagement may read and say."""

from ecosystem_api.cosell.disputes.service.rule import REASONS as OF_RULINGS
from ecosystem_api.reference.markdown import table
from ecosystem_api.rules import ACTIONS, CUSTOM_GROUPS, OUTCOMES, facts_as_markdown
from ecosystem_api.rules.compiler import MOST_CASES, MOST_RULES
from ecosystem_api.rules.engine import NO_RULE_MATCHED, RULE_FAILED
from ecosystem_api.rules.expression import LONGEST_SOURCE, MOST_COMPREHENSIONS
from ecosystem_api.selling.deals.service.review import CHOICE
from ecosystem_api.selling.deals.service.settle import PROTECTED_CLAIM
from ecosystem_api.selling.engagement.service.judge import SILENCE
from ecosystem_api.selling.extensions.domain import UNANSWERED

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
# Where each is given, its code is a constant; here is what it says to whoever reads it.
_OWN_REASONS = {
    NO_RULE_MATCHED: "No rule of the book is about this request; its `default_outcome` decided.",
    RULE_FAILED: "A rule could not be evaluated: a person decides, for a fault never approves.",
    PROTECTED_CLAIM: "Another holds the claim, whatever the book says: it is exclusive.",
    SILENCE: "Nobody decided in time, and the book says that silence approves.",
    UNANSWERED: "Nobody answered a request for more time before it lapsed; it may be appealed.",
    CHOICE: "The customer's written choice gave the claim to another, or took it from another.",
    OF_RULINGS["appeal"]: "A ruling on an appeal undid the decision and gave the place back.",
    OF_RULINGS["dispute"]: "A ruling on a dispute undid the decision, or took a claim.",
}


def render() -> str:
    """The page."""
    actions = table(("action", "meaning"), [(f"`{action}`", sentence) for action, sentence in ACTIONS.items()])
    outcomes = table(
        ("outcome", "what follows"), [(f"`{outcome}`", sentence) for outcome, sentence in OUTCOMES.items()]
    )
    reasons = table(("reason", "says"), [(f"`{code}`", sentence) for code, sentence in _OWN_REASONS.items()])
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
            "The codes in `reasons` are those of the rules in the book, or of the person who decided. These are the",
            "service's own.",
            "",
            reasons,
            "",
            facts_as_markdown(),
            _CUSTOM + table(("field", "type", "example"), _HELD),
        ]
    )
