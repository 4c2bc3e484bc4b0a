"""A deal judged beforehand."""

from typing import Literal

from pydantic import ConfigDict, field_validator

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.recognition.schemas import MatchRead
from ecosystem_api.network.fields.schemas import VALUES, CustomValues
from ecosystem_api.runtime.wire import Amount, Country, Day, Key, Line, Wire, told
from ecosystem_api.selling.deals.schemas.words import DEAL_TYPES, Products, each_once
from ecosystem_api.selling.deals.schemas.write import WANTED, NamesCustomer
from ecosystem_api.selling.engagement.schemas import Outcome


class CheckRequest(NamesCustomer):
    """A deal to be judged beforehand. Nothing is created."""

    model_config = ConfigDict(json_schema_extra={"examples": [WANTED]})

    deal_type: Key = told(DEAL_TYPES, "new_business", default="new_business")
    country: Country | None = told("Where it will be used.", default=None)
    region: Line | None = told("Sales region; the customer's by default.", "dach", default=None)
    products: Products = told("What would be claimed.", [{"sku": "EDR-100"}], default=[])
    amount: Amount | None = told("Expected value.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    custom_fields: CustomValues = told(*VALUES, default={})

    _products = field_validator("products")(each_once)


class CheckStaffRead(Wire):
    """What only the vendor's side reads of a check."""

    reasons: list[Reason] = told("Every reason, strongest first.", ["clear_path"])
    matches: list[MatchRead] = told("Known accounts that match the customer.")
    queue_length: int = told("How many registrations wait for what overlaps with it.", 0)


class CheckRead(Wire):
    """What would be decided now. A partner learns the outcome and what it can mend, not who else is there."""

    outcome: Outcome = told("What the rules would decide.", "approve")
    missing: list[str] = told("Fields that would still be lacking.", ["amount"])
    remedies: list[str] = told("What can be done about it.", ["Complete: amount."])
    decided_by: Literal["rules", "person"] = told("Who would decide.", "rules")
    protection_days: int | None = told("Days of protection on approval; null unless approval is in sight.", 90)
    region: str | None = told(
        "The region in which it would be claimed, in lower case; null where that would be everywhere, as it is unless "
        "the book lets claims overlap by region.",
        "dach",
    )
    book_number: int = told("The rule book that judged.", 1)
    staff: CheckStaffRead | None = told("What only the vendor's side reads; null for partners.")
