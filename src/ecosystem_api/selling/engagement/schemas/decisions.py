"""Decision records on the wire."""

from typing import Any, Literal

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.wire import Instant, Wire, told
from ecosystem_api.selling.engagement.schemas.evidence import Evidence
from ecosystem_api.selling.engagement.schemas.words import A_HASH, DecisionId, Outcome, PartnerRef, RuleBookId


class RuleResultRead(Wire):
    """What one rule said."""

    key: str = told("The rule.", "clear_path")
    statement: str = told("Its published sentence.", "A complete registration of new business is approved at once.")
    matched: bool | None = told("Whether it applied; null when it could not be evaluated, which asks for review.", True)
    outcome: Outcome = told("What it asked for.", "approve")
    reason: Reason = told("Its reason code.", "clear_path")
    remedy: str = told("What the partner can do.", "Complete: expected_close_on.")
    error: str | None = told("Why it could not be evaluated.", "integer overflow")


class DecisionStaffRead(Wire):
    """What only the vendor's side reads of a decision."""

    facts: dict[str, Any] = told("The whole snapshot that was judged.", {"claims": {"held_by_other": False}})
    evidence: dict[str, Any] = told("Rows behind the facts: rival claims, possible customers.", {"rivals": []})
    given: list[Evidence] = told("What was shown for it by whoever asked or decided.")
    decided_by: str = told("Who decided.", "cli_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r")


class DecisionRead(Wire):
    """A decision, with what each rule said about it."""

    id: DecisionId = told("Id of the decision.")
    subject_id: str = told("What was decided about.", "deal_01h455vb4pex5vsknk084sn02q")
    partner_id: PartnerRef | None = told("The partner it concerns; null where the vendor's own team asked.")
    action: str = told("What was asked.", "deal_registration.submit")
    kind: Literal["automatic", "human"] = told("Whether the book decided by itself or a person did.", "automatic")
    outcome: Outcome = told("What was decided.", "approve")
    reasons: list[Reason] = told("Why, strongest first.", ["clear_path"])
    remedies: list[str] = told("What the partner can do about it.", ["Complete: expected_close_on."])
    note: str | None = told("What the person who decided added.", "Welcome aboard.")
    runner_up_percent: int | None = told(
        "Where the customer's written choice moved a claim: the share, in percent, of what the deal earns that goes to "
        "the partner whose claim it ended. Null for other decisions.",
        10,
    )
    rule_book_id: RuleBookId = told("The book in force.")
    book_number: int = told("Its number.", 1)
    book_hash: str = told("Its fingerprint.", A_HASH)
    facts_hash: str | None = told(
        "Fingerprint of the snapshot that was judged; null for partners, to whom it would tell the hidden part.",
        A_HASH,
    )
    facts: dict[str, Any] = told("The snapshot as far as it concerns the reader.", {"deal": {"type": "new_business"}})
    results: list[RuleResultRead] = told("What every rule said, in the order of the book.")
    decided_by_type: str = told("Who decided: the rules, or a person on the vendor's side.", "rules")
    decided_at: Instant = told("When.")
    supersedes_id: DecisionId | None = told("The earlier decision that this one replaces.")
    staff: DecisionStaffRead | None = told("What only the vendor's side reads; null for partners.")


class VerificationRead(Wire):
    """Whether a recorded decision is what its book says about its facts, evaluated again now."""

    holds: bool = told("True when nothing differs.", True)
    outcome_holds: bool = told("The rules' outcome and reasons are the same.", True)
    results_hold: bool = told("Every rule's result is the same.", True)
    book_holds: bool = told("The book has the recorded fingerprint.", True)
    facts_hold: bool = told("The snapshot has the recorded fingerprint.", True)
    differences: list[str] = told("A sentence for each difference.", [])
