"""Use cases of leads, by verb."""

from ecosystem_api.cosell.leads.service.idle import NOTICED, WATCH, watch_idle
from ecosystem_api.cosell.leads.service.keep import close_lead, create_lead, import_lead, put_lead, update_lead
from ecosystem_api.cosell.leads.service.make import TIME_OUT
from ecosystem_api.cosell.leads.service.offers import accept_offer, decline_offer, recall_lead, time_out
from ecosystem_api.cosell.leads.service.rankings import (
    get_routing,
    list_routings,
    offers_among_eligible,
    verify_routing,
)
from ecosystem_api.cosell.leads.service.read import get_lead, get_offer, list_leads, list_offers
from ecosystem_api.cosell.leads.service.register import register_lead
from ecosystem_api.cosell.leads.service.route import pass_lead, reroute, route_lead

__all__ = [
    "NOTICED",
    "TIME_OUT",
    "WATCH",
    "accept_offer",
    "close_lead",
    "create_lead",
    "decline_offer",
    "get_lead",
    "get_offer",
    "get_routing",
    "import_lead",
    "list_leads",
    "list_offers",
    "list_routings",
    "offers_among_eligible",
    "pass_lead",
    "put_lead",
    "recall_lead",
    "register_lead",
    "reroute",
    "route_lead",
    "time_out",
    "update_lead",
    "verify_routing",
    "watch_idle",
]
