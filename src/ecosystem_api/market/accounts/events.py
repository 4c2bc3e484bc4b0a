"""News of accounts. Names of companies stay in the rows; the ledger carries ids."""

from pydantic import Field

from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.ledger import Event


class AccountCreated(Event):
    """An end customer was added to the vendor's accounts."""

    type = "account.created"
    account_id: AccountId = Field(description="The account.")
    country: str = Field(description="Its country.", examples=["DE"])
    possible_matches: int = Field(description="Known accounts that may be the same.", examples=[0])


class AccountUpdated(Event):
    """An account changed."""

    type = "account.updated"
    account_id: AccountId = Field(description="The account.")
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/domains"]])
