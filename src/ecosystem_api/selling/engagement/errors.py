"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class BookNotEditable(Conflict):
    """Once published, a rule book never changes: partners were told what it says.

    Begin a new draft from it with `based_on`, and publish that.
    """

    code = "rule_book_not_editable"
    title = "Rule book not editable"


class CasesFail(Conflict):
    """The draft decides golden cases otherwise than they say, so it is not published.

    `cases` has each that fails with what was expected and what came out: mend the rules, or the case that is wrong.
    """

    code = "golden_cases_fail"
    title = "Golden cases fail"


class FlipsNeedReason(Conflict):
    """The draft would have decided more of the recent past otherwise than the book in force allows without a reason.

    Look at a simulation of the draft; if the change is wanted, publish again with `reason`.
    """

    code = "flips_need_reason"
    title = "Changed decisions need a reason"


class InstantTaken(Conflict):
    """Another book comes into force at that very instant.

    Choose another instant, or retire the other book first.
    """

    code = "instant_taken"
    title = "Instant taken"


class InForceNotRetired(Conflict):
    """The book in force decides until another takes its place.

    Publish another book: from its instant on this one is retired.
    """

    code = "rule_book_in_force"
    title = "Rule book in force"


class PublishedInPast(InvalidRequest):
    """A book comes into force now or later: what was decided by another book stays decided."""

    code = "effective_in_past"
    title = "Effective in the past"
