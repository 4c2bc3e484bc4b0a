"""Opportunities of the vendor's own team on the wire. No partner reads them."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from ecosystem_api.cosell.conflicts.schemas.conflicts import ConflictId, ConflictStatus, OpportunityId
from ecosystem_api.market.accounts.schemas import AccountCreate, AccountId
from ecosystem_api.market.products.schemas import Sku
from ecosystem_api.runtime.wire import Amount, Day, Instant, Key, Line, Wire, need_one_of, told
from ecosystem_api.selling.engagement.schemas import DecisionId

OpportunityStatus = Literal["open", "won", "lost"]
Skus = Annotated[list[Sku], Field(max_length=50)]

__all__ = ["OpportunityExternalId", "OpportunityId", "OpportunityRead", "OpportunityStatus", "OpportunityWrite"]


class OpportunityExternalId(Wire):
    """The id under which the CRM knows the opportunity."""

    system: Key = told("The other system.", "crm")
    id: Line = told("The id there.", "0065g00000AbC")


class OpportunityWrite(Wire):
    """An opportunity as the CRM tells it: the whole of it each time, known by its external id."""

    # One of two ways to name the customer: no example can be put together from those of the fields.
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_id": {"system": "crm", "id": "0065g00000AbC"},
                    "customer": {
                        "name": "Acme Industries GmbH", "country": "DE", "domains": ["acme-industries.example"],
                    },
                    "title": "Acme: endpoint renewal",
                    "products": ["EDR-100"],
                    "amount": {"amount": "90000.00", "currency": "USD"},
                    "stage": "proposal",
                    "opened_on": "2026-03-31",
                }
            ]
        }
    )  # fmt: skip

    external_id: OpportunityExternalId = told("Id in the CRM, by which it is known.")
    account_id: AccountId | None = told("The end customer, if it is known.", default=None)
    customer: AccountCreate | None = told("The end customer described: found, or created.", default=None)
    title: Line = told("What it is called.", "Acme: endpoint renewal")
    products: Skus = told("Codes of the products, if the CRM says; none stand for all.", ["EDR-100"], default=[])
    region: Line | None = told("Sales region; the customer's by default.", "dach", default=None)
    amount: Amount | None = told("Expected value.", default=None)
    stage: Key = told("The sales stage in the vendor's words.", "proposal")
    status: OpportunityStatus = told("Whether it is open, was won or was lost.", "open", default="open")
    owner: Line | None = told("Who of the vendor's own team works on it.", "Sam Rivera", default=None)
    opened_on: Day = told("The day it was opened in the CRM.")
    last_activity_on: Day | None = told("The last day the vendor's team was active on it.", default=None)

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        need_one_of(
            "Name the customer by `account_id` or describe it as `customer`, one of the two.",
            customer=self.customer,
            account_id=self.account_id,
        )
        return self


class OpportunityConflict(Wire):
    """A conflict of an opportunity with a partner's claim."""

    id: ConflictId = told("The conflict.")
    status: ConflictStatus = told("Where it stands.", "open")
    region: str | None = told(
        "The region in which the claim counts, in lower case; null where it counts everywhere.", "dach"
    )


class OpportunityRead(Wire):
    """An opportunity of the vendor's own team, and whether it is on somebody's claim."""

    id: OpportunityId = told("Id of the opportunity.")
    external_id: OpportunityExternalId = told("Id in the CRM.")
    account_id: AccountId = told("The end customer.")
    title: str = told("What it is called.", "Acme: endpoint renewal")
    products: list[str] = told("Codes of the products; none stand for all.", ["EDR-100"])
    region: str | None = told("Sales region, if the CRM says; the customer's otherwise.", "dach")
    amount: Amount | None = told("Expected value.")
    stage: str = told("The sales stage in the vendor's words.", "proposal")
    status: OpportunityStatus = told("Whether it is open, was won or was lost.", "open")
    owner: str | None = told("Who of the vendor's own team works on it.", "Sam Rivera")
    opened_on: Day = told("The day it was opened in the CRM.")
    last_activity_on: Day | None = told("The last day the vendor's team was active on it.")
    known_since: Instant = told("When it was first told here for this customer, these products and this region.")
    decision_id: DecisionId | None = told("What the rules said about opening it; null for one that never was open.")
    conflicts: list[OpportunityConflict] = told("Its conflicts with partners' claims, oldest first.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was first told here.")
    updated_at: Instant = told("When it last changed here.")
