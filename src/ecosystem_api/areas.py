"""The plan of the house: every wing, every room, lowest floor first. A room is one folder and one word here."""

from importlib import import_module

from ecosystem_api.runtime.area import Area, Catalog

PLAN: dict[str, tuple[str, ...]] = {
    "access": ("vendors", "members", "issuers", "clients", "calls", "tokens"),
    "network": ("personas", "fields", "partners", "contacts"),
    "market": ("products", "accounts", "recognition", "merging", "calendars"),
    "selling": ("engagement", "reviews", "claims", "deals", "extensions", "amendments"),
    "cosell": ("routing", "leads", "conflicts", "disputes", "fairness"),
    "exchange": ("feed", "imports"),
}

HOUSE: dict[str, tuple[Area, ...]] = {
    wing: tuple(import_module(f"ecosystem_api.{wing}.{room}.area").AREA for room in rooms)
    for wing, rooms in PLAN.items()
}


def catalog() -> Catalog:
    """All offers of all rooms."""
    return Catalog(HOUSE)
