"""News of accounts that became one, or were parted."""

from pydantic import Field

from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.market.merging.schemas import SplitReason
from ecosystem_api.network.partners.domain import MergeReason
from ecosystem_api.runtime.ledger import Event


class AccountMerged(Event):
    """Two accounts became one: all that belonged to `account_id` belongs to `merged_into_id`, which stands for both."""

    type = "account.merged"
    account_id: AccountId = Field(description="The account that was merged.")
    merged_into_id: AccountId = Field(description="The account that stands for both.")
    reason: MergeReason = Field(description="Why.", examples=["duplicate"])
    moved: dict[str, int] = Field(description="How many rows followed.", examples=[{"deal_registrations": 2}])


class AccountParted(Event):
    """One account was parted in two, and from now on the two are told apart."""

    type = "account.split"
    account_id: AccountId = Field(description="The new or restored account.")
    from_id: AccountId = Field(description="The account that it left.")
    reason: SplitReason = Field(description="Why.", examples=["two_companies"])
    is_restored: bool = Field(description="Whether a merge was undone.", examples=[False])
    moved: dict[str, int] = Field(description="How many rows left.", examples=[{"account_aliases": 1}])
