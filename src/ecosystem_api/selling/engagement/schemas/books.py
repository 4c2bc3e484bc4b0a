"""Rule books on the wire: as partners read the one in force, and as their authors write the next."""

from typing import Any, Literal

from ecosystem_api.runtime.wire import Instant, Line, Prose, Wire, told
from ecosystem_api.selling.engagement.schemas.words import A_HASH, Outcome, RuleBookId

_FACTS = {"claims": {"held_by_other": True}}
_PARAMETERS: dict[str, Any] = {"protection_days": 90, "capacity": 25}
Status = Literal["draft", "published", "retired"]


class RuleRead(Wire):
    """One published rule."""

    key: str = told("Its key.", "protected_claim")
    statement: str = told(
        "The sentence a partner reads.", "While another partner's claim is protected, a new one waits."
    )
    on: list[str] = told("What it is about.", ["deal_registration.submit"])
    when: str = told("Its condition, in CEL over the published facts.", "claims.held_by_other")
    outcome: Outcome = told("What follows when it applies.", "wait")
    reason: str = told("The code it gives as a reason.", "protected_claim")
    remedy: str = told("What the partner can do.", "You keep your place by time of submission.")


class BookFieldRead(Wire):
    """A field of the vendor's own that a book reads."""

    group: Literal["deal", "partner", "account"] = told("The group of facts that shows it.", "deal")
    key: str = told("Its key: rules write `deal.custom.seats`.", "seats")
    type: str = told(
        "What it held when the book was published: text, integer, number, boolean, date, choice.", "integer"
    )


class RuleBookRead(Wire):
    """The rule book in force at an instant."""

    id: RuleBookId = told("Id of the book.")
    name: str = told("Its name.", "Rules of engagement")
    number: int = told("Its number; grows with every publication.", 1)
    content_hash: str = told("Fingerprint of everything it says.", A_HASH)
    effective_from: Instant = told("When it came, or comes, into force.")
    effective_until: Instant | None = told("When it ceased to be in force; null while open.")
    default_outcome: Outcome = told("What follows when no rule applies.", "review")
    rules: list[RuleRead] = told("Its rules, all of which are evaluated.")
    parameters: dict[str, Any] = told("Its parameters.", {"protection_days": 90, "capacity": 25})
    custom_fields: list[BookFieldRead] = told("The custom fields that it reads.")
    previous_number: int | None = told("The number of the book that was in force before; null for the first.", 1)
    changes: list["ChangeRead"] = told("What changed from the book before it.")


class ChangeRead(Wire):
    """One difference between two books."""

    place: str = told("Where: a rule by its key, a parameter or a golden case by its name.", "parameters/capacity")
    kind: Literal["added", "removed", "changed", "moved"] = told("What happened there.", "changed")
    before: Any = told("What stood there; null where nothing did.", 25)
    after: Any = told("What stands there now; null where nothing does.", 40)
    sentence: str = told("The same in a sentence.", "Changed: How many registrations a partner may have open.")


class RuleWrite(Wire):
    """A rule as its author writes it."""

    key: str = told("Its key: lower-case letters, digits, underscores.", "big_deal")
    statement: str = told("The sentence a partner reads; may fill in parameters.", "A large deal is reviewed.")
    on: list[str] = told("The actions it is about.", ["deal_registration.submit"])
    when: str = told("Its condition, in CEL over the published facts.", "deal.amount_minor > 100000000")
    outcome: str = told("What follows when it applies: reject, wait, require, review or approve.", "review")
    reason: str = told("The code it gives as a reason.", "big_deal")
    remedy: str = told("What the partner can do; may fill in parameters and facts.", "Nothing to do.", default="")


class GoldenCaseWrite(Wire):
    """A request whose decision must come out as its author says, or the book is not published."""

    name: str = told("Its name, once in the book.", "a second partner waits")
    action: str = told("What is asked.", "deal_registration.submit")
    facts: dict[str, dict[str, Any]] = told(
        "The facts that differ from the example snapshot, in which nothing stands in the way.", _FACTS, default={}
    )
    outcome: str = told("The outcome that is right.", "wait")
    reasons: list[str] = told("The reasons that are right, strongest first; empty holds none.", [], default=[])


class RuleBookCreate(Wire):
    """A new draft."""

    name: Line | None = told("Its name; that of the book it begins from by default.", "Rules 2027", default=None)
    based_on: RuleBookId | None = told("The book it begins from; the one in force by default.", default=None)


class RuleBookUpdate(Wire):
    """What of a draft to replace. A draft may be faulty while it is written; `validate` says in what."""

    name: Line | None = told("Its name.", "Rules of engagement 2027", default=None)
    default_outcome: str | None = told("What follows when no rule applies.", "review", default=None)
    rules: list[RuleWrite] | None = told("All its rules, in order.", default=None)
    parameters: dict[str, Any] | None = told(
        "The parameters to change, by name; null takes a limit away, and gives any other its default again.",
        _PARAMETERS,
        default=None,
    )
    cases: list[GoldenCaseWrite] | None = told("All its golden cases, in order.", default=None)


class RuleWarningRead(Wire):
    """Something that a book says and nothing of it does. It keeps no book from being published."""

    field: str = told("The member of the book.", "parameters/extension_limit")
    message: str = told(
        "What does nothing, and what to do.",
        "no rule of this book reads params.extension_limit, so the parameter decides nothing, and partners do not read "
        "it; write a rule whose condition does, as the default book's rule extension_limit: "
        "params.extension_limit >= 0 && protection.extensions >= params.extension_limit; or turn it off with null",
    )
    pointer: str = told("JSON pointer into the book.", "/parameters/extension_limit")


class PublicationRead(Wire):
    """What was known when the book was published."""

    cases: int = told("Golden cases that it passed.", 12)
    replayed: int = told("Recorded decisions it was tried on.", 480)
    not_judgeable: int = told("Recorded decisions whose snapshot lacks a fact it reads.", 0)
    flips: int = told("Of these, how many it would have made otherwise.", 9)
    reason: str | None = told("Why so many flips are wanted.", "The cap was too low for large partners.")
    warnings: list[RuleWarningRead] = told("What it says that nothing of it does.", default=[])


class RuleBookAuthorRead(Wire):
    """A rule book as the vendor's side reads it, in any state."""

    id: RuleBookId = told("Id of the book.")
    name: str = told("Its name.", "Rules of engagement")
    number: int | None = told("Its number, given when it is published; null before.", 2)
    status: Status = told("draft, published (in force now or later), or retired.", "draft")
    is_in_force: bool = told("Whether decisions are made by it now.", False)
    effective_from: Instant | None = told("When it comes or came into force; null for a draft.")
    effective_until: Instant | None = told("When it ceases or ceased to be in force; null while open.")
    content_hash: str = told("Fingerprint of everything it says.", A_HASH)
    default_outcome: str = told("What follows when no rule applies.", "review")
    rules: list[RuleWrite] = told("Its rules.")
    parameters: dict[str, Any] = told("Its parameters.", _PARAMETERS)
    cases: list[GoldenCaseWrite] = told("Its golden cases.")
    custom_fields: list[BookFieldRead] = told("The custom fields that it reads; told once it is published.")
    based_on: RuleBookId | None = told("The book its draft began from.")
    publication: PublicationRead | None = told("What was known when it was published; null before.")
    published_at: Instant | None = told("When it was published; null for a draft.")
    allowed_actions: list[str] = told("What may be done with it now.", ["update", "publish", "retire"])
    version: int = told("Grows with every change.", 1)
    created_at: Instant = told("When the draft was begun.")
    updated_at: Instant = told("When it last changed.")


class RuleFaultRead(Wire):
    """One fault in a draft, where its author has to change it."""

    rule_key: str | None = told("The rule; null for a fault of the book itself.", "big_deal")
    field: str = told("The member of the rule or of the book.", "when")
    line: int | None = told("Line of the expression, from 1; null where there is no expression.", 1)
    column: int | None = told("Column of the expression, from 1; null where there is no expression.", 6)
    message: str = told("What is wrong.", "undefined field 'amount'")
    pointer: str = told("JSON pointer into the book.", "/rules/3/when")


class CaseResultRead(Wire):
    """What a draft decides in one golden case."""

    name: str = told("The case.", "a second partner waits")
    is_passed: bool = told("Whether it decides as it should.", True)
    expected_outcome: Outcome = told("What it should decide.", "wait")
    outcome: Outcome = told("What it decides.", "wait")
    expected_reasons: list[str] = told("The reasons it should give; empty holds none.", [])
    reasons: list[str] = told("The reasons it gives.", ["protected_claim"])


class ValidationRead(Wire):
    """Whether a draft could be published, everything that stands in the way, and what it says without effect."""

    is_valid: bool = told("No faults, and every golden case passes.", False)
    faults: list[RuleFaultRead] = told("Every fault, in the order of the book.")
    warnings: list[RuleWarningRead] = told(
        "Parameters that act where a rule reads them and that no rule reads, and actions that no rule is about; empty "
        "while its rules cannot be read. They keep no book from being published."
    )
    cases: list[CaseResultRead] = told("Every golden case; empty while there are faults.")


class RuleBookPublish(Wire):
    """When a draft comes into force, and why."""

    effective_from: Instant | None = told("When it comes into force, now or later; now by default.", default=None)
    reason: Prose | None = told(
        "Why, for the record; needed when it would decide more of the recent past otherwise than the book in force "
        "allows without one.",
        "The cap was too low for large partners.",
        default=None,
    )


class RuleBookDiffRead(Wire):
    """What changed from one book to another."""

    from_id: RuleBookId = told("The book compared with.")
    to_id: RuleBookId = told("The book.")
    changes: list[ChangeRead] = told("Every difference; empty when they say the same.")


RuleBookRead.model_rebuild()
