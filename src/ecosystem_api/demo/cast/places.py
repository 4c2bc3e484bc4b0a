"""Countries of the story: their sales region, their currency, and how companies call themselves there."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A country. Units: `rate` is units of the currency for one US dollar, rounded: prices are stories, not quotes."""

    region: str
    currency: str
    rate: float
    forms: tuple[str, ...]
    weight: float


PLACES: Final = {
    "US": Place("north_america", "USD", 1, ("Inc.", "LLC", "Corporation"), 8),
    "CA": Place("north_america", "CAD", 1.4, ("Inc.", "Ltd."), 4),
    "GB": Place("uk_ireland", "GBP", 0.8, ("Ltd", "plc"), 5),
    "DE": Place("dach", "EUR", 0.9, ("GmbH", "AG"), 5),
    "AT": Place("dach", "EUR", 0.9, ("GmbH",), 1),
    "CH": Place("dach", "CHF", 0.9, ("AG",), 1),
    "FR": Place("southern_europe", "EUR", 0.9, ("SAS", "SA"), 3),
    "ES": Place("southern_europe", "EUR", 0.9, ("S.L.",), 2),
    "NL": Place("benelux", "EUR", 0.9, ("B.V.",), 2),
    "SE": Place("nordics", "SEK", 10.5, ("AB",), 2),
    "NO": Place("nordics", "NOK", 10.8, ("AS",), 1),
    "JP": Place("asia_pacific", "JPY", 150, ("K.K.",), 2),
    "AU": Place("asia_pacific", "AUD", 1.5, ("Pty Ltd",), 2),
    "SG": Place("asia_pacific", "SGD", 1.35, ("Pte. Ltd.",), 1),
    "BR": Place("latin_america", "BRL", 5.6, ("Ltda.",), 1),
}
