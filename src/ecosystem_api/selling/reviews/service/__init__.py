"""Use cases of reviews: cases for other rooms, the desk's work, what time does, four eyes, reading."""

from ecosystem_api.selling.reviews.errors import ReviewLapsed
from ecosystem_api.selling.reviews.service.case import (
    DUE,
    ESCALATE,
    RESUME,
    Case,
    close_case,
    close_case_of,
    is_silent,
    judged_again,
    open_case,
    refuse_late_no,
    running_case,
    silent_since,
)
from ecosystem_api.selling.reviews.service.read import Running, hold_case, list_reviews, running_reviews, show_review
from ecosystem_api.selling.reviews.service.sign import Approval, sign, subject_changed, void_approvals
from ecosystem_api.selling.reviews.service.tend import (
    assign,
    escalate,
    hold,
    leave_all_of,
    refuse_decider,
    resume,
    take,
)
from ecosystem_api.selling.reviews.service.time import (
    FOLLOW,
    end_hold_by_time,
    escalate_by_time,
    fall_due,
    follow_calendar,
)
from ecosystem_api.selling.reviews.store import brief_of, desk_of, lapsed, lapsed_about, version_of

__all__ = [
    "DUE",
    "ESCALATE",
    "FOLLOW",
    "RESUME",
    "Approval",
    "Case",
    "ReviewLapsed",
    "Running",
    "assign",
    "brief_of",
    "close_case",
    "close_case_of",
    "desk_of",
    "end_hold_by_time",
    "escalate",
    "escalate_by_time",
    "fall_due",
    "follow_calendar",
    "hold",
    "hold_case",
    "is_silent",
    "judged_again",
    "lapsed",
    "lapsed_about",
    "leave_all_of",
    "list_reviews",
    "open_case",
    "refuse_decider",
    "refuse_late_no",
    "resume",
    "running_case",
    "running_reviews",
    "show_review",
    "sign",
    "silent_since",
    "subject_changed",
    "take",
    "version_of",
    "void_approvals",
]
