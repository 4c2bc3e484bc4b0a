"""Use cases of deal registrations, by verb."""

from ecosystem_api.selling.deals.service.amend import Proposal, apply_proposal, propose, weigh_proposal
from ecosystem_api.selling.deals.service.bulk import put_deal
from ecosystem_api.selling.deals.service.check import check_deal
from ecosystem_api.selling.deals.service.close import close_lost, close_won, move_stage
from ecosystem_api.selling.deals.service.correct import update_deal
from ecosystem_api.selling.deals.service.decide import approve, reject, return_to_partner, revoke
from ecosystem_api.selling.deals.service.draft import create_deal
from ecosystem_api.selling.deals.service.expire import announce_expiry, expire
from ecosystem_api.selling.deals.service.extend import (
    Running,
    extend,
    hold_running,
    hold_unended,
    keep_no_longer,
    keep_open,
    lengthen,
    protection_history,
    weigh_extension,
)
from ecosystem_api.selling.deals.service.follow import follow_account
from ecosystem_api.selling.deals.service.hold import hold as hold_deal
from ecosystem_api.selling.deals.service.idle import NOTICED, watch_idle
from ecosystem_api.selling.deals.service.importing import import_deal
from ecosystem_api.selling.deals.service.merge import follow_merge
from ecosystem_api.selling.deals.service.note import add_note, list_notes
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.override import override
from ecosystem_api.selling.deals.service.overturn import Ruling, Standing, contested, restore, take_back
from ecosystem_api.selling.deals.service.read import (
    deal_answers,
    deal_decision,
    get_deal,
    is_amendable,
    list_deals,
    require_deal,
    show_deal,
)
from ecosystem_api.selling.deals.service.review import OVERRIDE, SUBJECT, approvals_for
from ecosystem_api.selling.deals.service.revive import hold_expired, revive
from ecosystem_api.selling.deals.service.serve import EFFECTIVE, serve_account, serve_queue, serve_waiting
from ecosystem_api.selling.deals.service.settle import approve_by_silence
from ecosystem_api.selling.deals.service.standing import (
    Claimants,
    DealRecord,
    claimants,
    deal_records,
    extent_now,
)
from ecosystem_api.selling.deals.service.submit import submit
from ecosystem_api.selling.deals.service.weigh import Gathered
from ecosystem_api.selling.deals.service.yield_claim import release, withdraw

__all__ = [
    "EFFECTIVE",
    "NOTICED",
    "OVERRIDE",
    "SUBJECT",
    "Claimants",
    "DealRecord",
    "Gathered",
    "Proposal",
    "Ruling",
    "Running",
    "Standing",
    "add_note",
    "announce_expiry",
    "apply_proposal",
    "approvals_for",
    "approve",
    "approve_by_silence",
    "check_deal",
    "claimants",
    "close_lost",
    "close_won",
    "contested",
    "create_deal",
    "deal_answers",
    "deal_decision",
    "deal_records",
    "expire",
    "extend",
    "extent_now",
    "follow_account",
    "follow_merge",
    "get_deal",
    "hold_deal",
    "hold_expired",
    "hold_in_turn",
    "hold_running",
    "hold_unended",
    "import_deal",
    "is_amendable",
    "keep_no_longer",
    "keep_open",
    "lengthen",
    "list_deals",
    "list_notes",
    "move_stage",
    "override",
    "propose",
    "protection_history",
    "put_deal",
    "reject",
    "release",
    "require_deal",
    "restore",
    "return_to_partner",
    "revive",
    "revoke",
    "serve_account",
    "serve_queue",
    "serve_waiting",
    "show_deal",
    "submit",
    "take_back",
    "update_deal",
    "watch_idle",
    "weigh_extension",
    "weigh_proposal",
    "withdraw",
]
