"""One line of an import of registrations."""

from typing import Annotated

from pydantic import StringConstraints, ValidationInfo, field_validator

from ecosystem_api.kernel.money import Money
from ecosystem_api.market.products.schemas import Sku
from ecosystem_api.network.fields.schemas import VALUES, CustomValues
from ecosystem_api.runtime.wire import Country, Day, Key, Line, Prose, Wire, told
from ecosystem_api.selling.deals.schemas.words import DEAL_TYPES


class DealImport(Wire):
    """One line of a deal import. The line is drafted and, if asked, submitted and judged like any other."""

    external_id: Line = told("Id in the other system; a repeated line with it changes nothing.", "OPP-2001")
    system: Key = told("The other system.", "crm", default="import")
    partner_external_id: Line = told("The partner's id in the same system.", "P-100")
    account_external_id: Line = told("The account's id in the same system.", "C-1001")
    title: Line = told("What the deal is called.", "Endpoint protection for 1,200 seats")
    description: Prose | None = told("What the customer wants.", "Replaces a suite.", default=None)
    deal_type: Key = told(DEAL_TYPES, "new_business", default="new_business")
    country: Country | None = told("Where it will be used.", default=None)
    region: Line | None = told("Sales region; the account's by default.", "dach", default=None)
    products: list[Sku] = told("Codes; in CSV separated by `;`.", ["EDR-100"], default=[], max_length=50)
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = told("ISO 4217.", "USD", default=None)
    amount: Annotated[str, StringConstraints(max_length=20)] | None = told("Decimal amount.", "48000.00", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    custom_fields: CustomValues = told(VALUES[0] + " In CSV one cell of JSON.", VALUES[1], default={})
    submit: bool = told("Whether to submit it at once.", True, default=True)

    @field_validator("products", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value

    @field_validator("products")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError("each product stands once")
        return value

    @field_validator("amount")
    @classmethod
    def _money(cls, value: str | None, info: ValidationInfo) -> str | None:
        # The currency stands before the amount, so it is known here, unless it was refused itself.
        currency = info.data.get("currency")
        if value is not None and currency is None:
            raise ValueError("an amount comes with its currency")
        if value is not None and currency is not None and Money.parse(value, currency).minor < 0:
            raise ValueError("an amount is never negative here")
        return value
