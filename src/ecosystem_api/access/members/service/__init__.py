"""Use cases of members: manage them, let them in, stand behind their tokens."""

from ecosystem_api.access.members.service.admit import Admitted, Arrival, admit, dismiss_all_of, is_known
from ecosystem_api.access.members.service.manage import (
    add_member,
    deactivate_all_of,
    get_member,
    list_members,
    partner_unknown,
    set_active,
    unlink_member,
    update_member,
)
from ecosystem_api.access.members.service.vouch import vouch

__all__ = [
    "Admitted",
    "Arrival",
    "add_member",
    "admit",
    "deactivate_all_of",
    "dismiss_all_of",
    "get_member",
    "is_known",
    "list_members",
    "partner_unknown",
    "set_active",
    "unlink_member",
    "update_member",
    "vouch",
]
