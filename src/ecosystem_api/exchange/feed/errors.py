"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class UnknownEventType(InvalidRequest):
    """A type filter names no kind of news: it is a whole name, or a resource's name followed by `.*`."""

    code = "unknown_event_type"
    title = "Unknown event type"


class PositionBeyondFeed(InvalidRequest):
    """The feed has not come so far: it is another one than yours, set up anew or restored. Begin again with `after=0`.

    Events have ids that are never used twice: what you have seen already you know by them.
    """

    code = "position_beyond_feed"
    title = "Position beyond the feed"


class DeliverySuperseded(Conflict):
    """A newer reminder of the same subject waits already, so the one that was given up need not be tried again."""

    code = "delivery_superseded"
    title = "Delivery superseded"
