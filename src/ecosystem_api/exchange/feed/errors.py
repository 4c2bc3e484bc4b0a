"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class UnknownEventType(InvalidRequest):
    """A type filter names no kind of news: it is a whole name, or a resource's name followed by `.*`."""

    code = "unknown_event_type"
    title = "Unknown event type"


class DeliverySuperseded(Conflict):
    """A newer reminder of the same subject waits already, so the one that was given up need not be tried again."""

    code = "delivery_superseded"
    title = "Delivery superseded"
