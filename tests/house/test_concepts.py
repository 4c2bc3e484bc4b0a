"""The page of concepts says of the lifecycle what the law of registrations says."""

import re
from pathlib import Path

from ecosystem_api.selling.deals.domain import LIFECYCLE, STATUSES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "concepts.md"
_ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \|([^|]*)\|$", re.MULTILINE)


def test_every_status_stands_with_all_that_it_may_become() -> None:
    rows = [row for row in _ROW.findall(PAGE.read_text()) if row[0] != "status"]
    told = {status: set(re.findall(r"`(\w+)`", ends)) for status, ends in rows}
    moves = {status: {table[status] for table in LIFECYCLE.moves.values() if status in table} for status in STATUSES}
    assert told == {status: ends - {status} for status, ends in moves.items()}
