"""Claims on the wire."""

from ecosystem_api.runtime.wire import Instant, Wire, told


class ProtectionRead(Wire):
    """The time-limited right that an approved registration holds or held."""

    starts_at: Instant = told("From when.")
    ends_at: Instant = told("Until when, not included.")
    granted_until: Instant | None = told(
        "Its end without the time for which it is kept while an extension is undecided; null while none keeps it."
    )
    idle_at: Instant | None = told(
        "When it counts as idle unless something happens with the deal; null where that is not asked, or it has ended."
    )
    extensions: int = told("How often it was extended.", 0)
    extended_days: int = told("By how many days it was extended, in all.", 0)
    region: str | None = told(
        "The region in which it counts, in lower case; null where it counts everywhere, as all do unless the book lets "
        "claims overlap by region.",
        "dach",
    )
    basis: str = told("On what it rests.", "90 days from approval")
    ended_how: str | None = told("How it ended; null while it runs.", "released")
