"""Evidence on the wire: what somebody shows for what they ask or decide, in one shape wherever it is asked for."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from ecosystem_api.runtime.wire import Day, Key, Prose, Wire, told

_LINK = re.compile(r"https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][!-~]*)?")


def _https(value: str) -> str:
    if not _LINK.fullmatch(value):
        raise ValueError("an https address without a user name, such as https://files.example/letter.pdf")
    return value


Link = Annotated[
    str,
    StringConstraints(max_length=2000),
    AfterValidator(_https),
    Field(json_schema_extra={"pattern": f"^{_LINK.pattern}$", "format": "uri"}),
]


class Evidence(Wire):
    """Something that shows a fact: a statement, what kind it is, and where and when, if that can be said."""

    kind: Key = told(
        'What it is: "customer_statement", "email", "meeting", "purchase_order", "tender", or a word of your own.',
        "customer_statement",
    )
    statement: Prose = told("What it shows.", "The customer's purchasing signs in June.")
    url: Link | None = told(
        "Where it can be read: an https address, which is kept and never called.",
        "https://files.example/letter.pdf",
        default=None,
    )
    occurred_on: Day | None = told("The day it is of.", default=None)


EvidenceList = Annotated[list[Evidence], Field(min_length=1, max_length=20)]


def plain_evidence(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Evidence as a JSON column and a decision record keep it."""
    return [one.model_dump(mode="json") for one in evidence]
