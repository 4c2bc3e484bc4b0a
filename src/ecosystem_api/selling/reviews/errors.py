"""Refusals of this room, and of rooms whose subjects are reviewed."""

from ecosystem_api.kernel.problem import Conflict, Forbidden, InvalidRequest


class PersonNeeded(Forbidden):
    """A person does this, under their own name: a machine's credential stands for nobody.

    Sign in through a trusted issuer and use that token.
    """

    code = "person_needed"
    title = "Person needed"


class MayNotDecide(InvalidRequest):
    """A review is for people of the vendor's side who may decide about its subject and are active.

    Name another member: GET /v1/members lists them with their roles.
    """

    code = "may_not_decide"
    title = "Member may not decide"


class ReviewerDecided(Conflict):
    """Nobody reviews a decision of their own; `reviewer` has decided in this matter before.

    Let somebody else look after it.
    """

    code = "reviewer_decided"
    title = "Reviewer made the decision"


class HoldNotAllowed(Conflict):
    """The clock of this review cannot be stopped: the book allows no hold, no further one, or its time is over.

    Decide, or return it and say what is missing.
    """

    code = "hold_not_allowed"
    title = "Hold not allowed"


class HoldTooLong(InvalidRequest):
    """A hold ends later than now and no later than the book allows."""

    code = "hold_too_long"
    title = "Hold too long"


class SignedAlready(Conflict):
    """Each of the approvals that are needed is another person's, and this person has signed.

    Somebody else approves, rejects or returns it.
    """

    code = "signed_already"
    title = "Signed already"


class ReviewLapsed(Conflict):
    """The time to decide is over, and the book says that silence approves: that stands as it was promised.

    It is approved in a moment; from then on it can be revoked, with a reason.
    """

    code = "review_lapsed"
    title = "Review lapsed"


class UnknownSubjectType(InvalidRequest):
    """No type of subject that is reviewed is called so."""

    code = "unknown_subject_type"
    title = "Unknown subject type"
