"""News of recognition."""

from pydantic import Field

from ecosystem_api.runtime.ledger import Event


class AccountMatchingUpdated(Event):
    """The vendor changed how sure a match must be."""

    type = "account_matching.updated"
    review_floor: float = Field(description="From which similarity on a person is asked.", examples=[0.75])
    auto_link_score: int = Field(description="From which score on a match is acted on.", examples=[80])
