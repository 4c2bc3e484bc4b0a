"""docs/facts.md: everything a rule of engagement may read and say."""

from ecosystem_api.reference.markdown import table
from ecosystem_api.rules import ACTIONS, OUTCOMES, facts_as_markdown
from ecosystem_api.rules.compiler import MOST_CASES, MOST_RULES
from ecosystem_api.rules.expression import LONGEST_SOURCE, MOST_COMPREHENSIONS

_HOW = f"""\
A rule's `when` is an expression in [CEL](https://cel.dev) over these facts and parameters: `partner.tier == 'gold' &&
deal.amount_minor >= 5000000`. Its types and names are checked when it is written. An expression has at most
{LONGEST_SOURCE:,} characters and goes through lists at most {MOST_COMPREHENSIONS} times (`exists`, `all`, `filter`,
`map`); a book has at most {MOST_RULES} rules and {MOST_CASES} golden cases. A rule that cannot be evaluated for a
request asks for review: a fault never approves.
"""


def render() -> str:
    """The page."""
    actions = table(("action", "meaning"), [(f"`{action}`", sentence) for action, sentence in ACTIONS.items()])
    outcomes = table(
        ("outcome", "what follows"), [(f"`{outcome}`", sentence) for outcome, sentence in OUTCOMES.items()]
    )
    return "\n".join(
        [
            "# Facts and outcomes",
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
            facts_as_markdown(),
        ]
    )
