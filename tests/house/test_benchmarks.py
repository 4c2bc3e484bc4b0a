"""What the service is compared with answers the same: it has to grow when an answer does."""

from benchmarks.plain import MADE

from ecosystem_api.selling.deals.schemas import DealRead
from ecosystem_api.selling.deals.tables import DealRow


def test_the_plain_server_makes_every_field_of_a_registration() -> None:
    lacking = [name for name in DealRead.model_fields if name not in MADE and not hasattr(DealRow, name)]
    assert not lacking, f"benchmarks/plain.py: have `_answer` make {', '.join(lacking)} and name it in MADE"
    assert set(DealRead.model_fields) >= MADE, "benchmarks/plain.py: MADE names a field that is gone"
