"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class NotASandbox(Conflict):
    """Only a sandbox vendor has a clock that can be moved.

    Ask the operator for a sandbox: `ecosystem-api vendors create --sandbox`.
    """

    code = "not_a_sandbox"
    title = "Not a sandbox"


class ClockOnlyForward(InvalidRequest):
    """Time passes in one direction: a sandbox's clock is moved to a later instant."""

    code = "clock_only_forward"
    title = "Clock moves forward only"


class ClockTooFar(InvalidRequest):
    """A sandbox's clock runs at most ten years ahead.

    Begin anew with a fresh sandbox.
    """

    code = "clock_too_far"
    title = "Clock too far ahead"
