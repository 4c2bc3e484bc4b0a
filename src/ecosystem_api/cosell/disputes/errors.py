"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, Forbidden, InvalidRequest


class NotAppealable(Conflict):
    """Only what was refused, returned, revoked or superseded is appealed, by the decision that stands about it.

    A request for more time that nobody answered until the protection had ended counts as refused. Read the
    registration, the request or the amendment: `decision_id` is the decision that stands.
    """

    code = "not_appealable"
    title = "Decision not appealable"


class NothingToDispute(Conflict):
    """A claim is disputed by a registration that waits behind it.

    Read the registration: while it is `waiting`, another claim stands in its way.
    """

    code = "nothing_to_dispute"
    title = "Nothing to dispute"


class WindowOver(Conflict):
    """The time in which the decision could be contested is over; `until` says when it ended.

    Register the deal anew if it is still alive.
    """

    code = "dispute_window_over"
    title = "Window for disputes over"


class AlreadyContested(Conflict):
    """This decision is contested already, or was and a ruling was made; `dispute_id` is the case.

    Bring further evidence there while it is open; a ruling is final.
    """

    code = "already_contested"
    title = "Already contested"


class NotTheClaimant(Forbidden):
    """A case is withdrawn by the partner that opened it."""

    code = "not_the_claimant"
    title = "Another partner's case"


class EvidenceClosed(Conflict):
    """The time in which this side could bring evidence is over; `until` says when it ended.

    Ask the vendor to add what came up later.
    """

    code = "evidence_closed"
    title = "Evidence closed"


class ReviewerDiffers(Conflict):
    """The case is another reviewer's.

    Take its review first, or let its reviewer rule.
    """

    code = "reviewer_differs"
    title = "Another reviewer's case"


class SidesNotHeard(Conflict):
    """Who may lose a claim is heard first; `until` says when the ruling can be made at the latest.

    Wait for the answer, or until then.
    """

    code = "sides_not_heard"
    title = "Sides not heard yet"


class NobodyToShare(Conflict):
    """A split needs a second side: no other claim stands against this registration.

    Rule `upheld` or `overturned`.
    """

    code = "nobody_to_share"
    title = "Nobody to share with"


class SharesWrong(InvalidRequest):
    """The shares of a split name each registration of the case once and add up to 1; other rulings have none."""

    code = "shares_wrong"
    title = "Shares wrong"
