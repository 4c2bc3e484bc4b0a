"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class CalendarKeyTaken(Conflict):
    """Another calendar of this vendor has this key.

    Use another key, or change the calendar that has this one.
    """

    code = "calendar_key_taken"
    title = "Key of the calendar taken"


class HoursUnusable(InvalidRequest):
    """Hours in which no time passes, or that overlap, are no business hours.

    Each day's hours end after they begin and lie apart from each other; at least one day of the week has some.
    """

    code = "hours_unusable"
    title = "Hours unusable"


class DefaultNeeded(Conflict):
    """One calendar is always the default: it is for whoever names none.

    Make another calendar the default instead.
    """

    code = "default_calendar_needed"
    title = "Default calendar needed"
