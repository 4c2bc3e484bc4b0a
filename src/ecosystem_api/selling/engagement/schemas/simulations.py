"""Simulations on the wire: a draft tried on the recorded past."""

from typing import Any, Literal

from ecosystem_api.runtime.wire import Country, Instant, Wire, told
from ecosystem_api.selling.engagement.schemas.words import (
    A_HASH,
    Action,
    DecisionId,
    Outcome,
    PartnerRef,
    RuleBookId,
    SimulationId,
)

SimulationStatus = Literal["queued", "running", "completed", "cancelled", "failed"]
SizeBand = Literal["small", "medium", "large", "global"]
_VALUE = [{"currency": "USD", "amount": "1250000.00", "count": 9}]


class SimulationCreate(Wire):
    """The past to try a book on."""

    decided_from: Instant | None = told("Only decisions made at or after this instant; all by default.", default=None)
    decided_until: Instant | None = told("Only decisions made before this instant; until now by default.", default=None)
    action: Action | None = told("Only decisions about this action; all by default.", default=None)


class FlipValueRead(Wire):
    """How much is at stake in decisions that would be made otherwise, in one currency; nothing is converted."""

    currency: str = told("ISO 4217 code.", "USD")
    amount: str = told("Sum of the deals' expected amounts.", "1250000.00")
    count: int = told("How many decisions.", 9)


class FlipGroupRead(Wire):
    """Decisions judged, and made otherwise, among those that share something."""

    by: Literal["persona", "tier", "size", "country", "change"] = told("What they share.", "persona")
    value: str = told("Which; `none` where it is not known.", "msp")
    judged: int = told("Decisions judged.", 120)
    flips: int = told("Of these, made otherwise.", 4)


class CoverageRead(Wire):
    """Which rules of the book spoke over the past, and which never can."""

    fired: dict[str, int] = told("How often each rule applied.", {"clear_path": 311})
    never_fired: list[str] = told("Rules that applied to nothing recorded.", ["amount_not_comparable"])
    cannot_fire: list[str] = told(
        "Of these, rules for which a search over boundary facts finds no case either.", ["amount_not_comparable"]
    )
    always_overruled: list[str] = told("Rules that applied and never decided.", ["existing_customer"])
    never_together: list[list[str]] = told(
        "Pairs of rules that never applied to one request, neither in the past nor in the search.",
        [["protected_claim", "clear_path"]],
    )
    not_searched: list[list[str]] = told(
        "Rules and pairs of rules that were not seen to apply, and for which the search ended before it had tried all: "
        "a book of very many rules is not searched without end.",
        [["minimum_amount", "capacity"]],
        default=[],
    )


class SimulationRead(Wire):
    """A book tried on recorded decisions: how far it is, and what it would have decided otherwise."""

    id: SimulationId = told("Id of the simulation.")
    rule_book_id: RuleBookId = told("The book that is tried.")
    content_hash: str = told("What the book said when the simulation began.", A_HASH)
    status: SimulationStatus = told("queued, running, completed, cancelled or failed.", "completed")
    decided_from: Instant | None = told("The window's beginning; null for all.")
    decided_until: Instant = told("The window's end.")
    action: Action | None = told("Only decisions about this action; null for all.", "deal_registration.submit")
    total: int = told("Decisions in the window.", 480)
    done: int = told("Decisions tried until now.", 480)
    not_judgeable: int = told("Of these, with a snapshot that lacks a fact the book reads.", 0)
    flips: int = told("Of these, that it would have made otherwise.", 9)
    flip_ratio: float | None = told("Flips among those that could be judged; null while there are none.", 0.01875)
    partners_affected: int = told("Partners with at least one flip.", 5)
    value: list[FlipValueRead] = told("What is at stake in the flips, by currency.", _VALUE)
    groups: list[FlipGroupRead] = told("Flips by persona, tier, size and country of the partner, and by change.")
    coverage: CoverageRead | None = told("What the rules did over the past; null until it is completed.")
    allowed_actions: list[str] = told("What may be done with it now.", ["cancel"])
    version: int = told("Grows with every change.", 3)
    created_at: Instant = told("When it was asked for.")
    started_at: Instant | None = told("When it began.")
    finished_at: Instant | None = told("When it ended.")
    failed_because: str | None = told("Why it was given up; null unless it failed.", "TimeoutError")


class FlipRead(Wire):
    """A recorded decision that the book would have made otherwise."""

    decision_id: DecisionId = told("The recorded decision.")
    subject_id: str = told("What was decided about.", "deal_01h455vb4pex5vsknk084sn02q")
    action: str = told("What was asked.", "deal_registration.submit")
    before: Outcome = told("What the rules in force then said.", "reject")
    after: Outcome = told("What this book says.", "approve")
    partner_id: PartnerRef | None = told("The partner it concerns; null where the vendor's own team asked.")
    personas: list[str] = told("The partner's personas then.", ["msp"])
    tier: str | None = told("The partner's tier then.", "gold")
    size_band: SizeBand | None = told("The partner's size, as the registry has it now.", "small")
    country: Country | None = told("The partner's country then.", "CA")
    value: dict[str, Any] | None = told("The deal's expected amount.", {"amount": "48000.00", "currency": "USD"})
    decided_at: Instant = told("When it was decided.")
