"""News of accounts. Names of companies stay in the rows; the ledger carries ids."""

from pydantic import Field

from ecosystem_api.market.accounts.schemas import AccountAliasId, AccountId, AccountRelationId
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


class AccountAliasEvent(Event):
    """What all news of another name says."""

    alias_id: AccountAliasId = Field(description="The name.")
    account_id: AccountId = Field(description="The account that is called so.")


class AccountAliasProposed(AccountAliasEvent):
    """Somebody called an account otherwise than it is known; a person may confirm or refuse the name."""

    type = "account_alias.proposed"


class AccountAliasConfirmed(AccountAliasEvent):
    """A person stands for another name of an account."""

    type = "account_alias.confirmed"


class AccountAliasRefused(AccountAliasEvent):
    """A person has said that an account is not called so."""

    type = "account_alias.refused"


class AccountAliasUpdated(AccountAliasEvent):
    """From when until when an account is called so has changed."""

    type = "account_alias.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/until_on"]])


class AccountRelationEvent(Event):
    """What all news of a relation says."""

    relation_id: AccountRelationId = Field(description="The relation.")
    account_id: AccountId = Field(description="The account that belongs to the other.")
    parent_id: AccountId = Field(description="The account that it belongs to.")


class AccountRelationProposed(AccountRelationEvent):
    """A new account may belong to a known one, or that one to it; a person may confirm or refuse it."""

    type = "account_relation.proposed"


class AccountRelationConfirmed(AccountRelationEvent):
    """A person stands for it that an account belongs to another."""

    type = "account_relation.confirmed"


class AccountRelationRefused(AccountRelationEvent):
    """A person has said that an account does not belong to another."""

    type = "account_relation.refused"


class AccountRelationUpdated(AccountRelationEvent):
    """From when until when an account belongs to another has changed."""

    type = "account_relation.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/until_on"]])
