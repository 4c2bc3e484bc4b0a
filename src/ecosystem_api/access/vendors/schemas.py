"""The vendor on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, StringConstraints, model_validator

from ecosystem_api.runtime.wire import Country, Instant, Line, TypedId, Wire, kept, need_one_of, told

VendorId = Annotated[UUID, TypedId("ven")]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Region = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]{1,31}$")]


class VendorCreate(Wire):
    """What the operator says of a new vendor."""

    name: Line = told("Name of the vendor.", "Northwind Security")
    country: Country | None = told("Country of its seat, ISO 3166-1 alpha-2.", "CA", default=None)
    data_region: Region = told("Region in which its data is kept.", "eu", default="eu")
    base_currency: Currency = told("Currency of its programme's thresholds, ISO 4217.", "USD", default="USD")
    is_sandbox: bool = told("Whether it is for trying things out.", False, default=False)


class VendorUpdate(Wire):
    """What a vendor's admin may change."""

    name: Line | None = kept("Name of the vendor.", "Northwind Security")
    country: Country | None = told("Country of its seat, ISO 3166-1 alpha-2.", "CA", default=None)
    base_currency: Currency | None = kept("Currency of its programme's thresholds.", "USD")


class VendorRead(Wire):
    """A vendor as its callers see it."""

    id: VendorId = told("Id of the vendor.")
    name: str = told("Name of the vendor.", "Northwind Security")
    country: str | None = told("Country of its seat, ISO 3166-1 alpha-2.", "CA")
    data_region: str = told("Region in which its data is kept.", "eu")
    base_currency: str = told("Currency of its programme's thresholds.", "USD")
    is_sandbox: bool = told("Whether it is for trying things out.", False)
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was made.")
    updated_at: Instant = told("When it last changed.")


class ClockAdvance(Wire):
    """How far to move a sandbox's clock: by a time, or to an instant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"advance_seconds": 7_862_400}]})

    advance_seconds: int | None = told("Seconds to let pass.", 7_862_400, default=None, ge=1, le=316_224_000)
    advance_to: Instant | None = told("The instant to move to, by the sandbox's own clock.", default=None)

    @model_validator(mode="after")
    def _one_of_two(self) -> "ClockAdvance":
        need_one_of(
            "Name `advance_seconds` or `advance_to`, one of the two.",
            advance_seconds=self.advance_seconds,
            advance_to=self.advance_to,
        )
        return self


class ClockRead(Wire):
    """What time it is for a vendor."""

    now: Instant = told("The instant, by the vendor's clock.")
    is_sandbox: bool = told("Whether its clock can be moved.", True)
    ahead_seconds: int = told("How far it runs ahead of the service's clock.", 7_862_400)
