"""Every operation of the house, what it asks for, and a body that it takes."""

import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from tests.journeys.strangers.world import A_CALENDAR, CSV
from tests.makers import deal_body, lead_body

from ecosystem_api.areas import catalog
from ecosystem_api.runtime.contract import contract_router
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.health import health_router
from ecosystem_api.runtime.http.door import Permission, markers_of

TABLES = {
    "vendor_id": "vendors", "member_id": "members", "client_id": "clients", "issuer_id": "issuers", "key": "personas",
    "partner_id": "partners", "relationship_id": "partner_relationships", "contact_id": "contacts",
    "product_id": "products", "account_id": "accounts", "deal_id": "deal_registrations", "decision_id": "decisions",
    "event_id": "events", "delivery_id": "deliveries", "import_id": "import_jobs",
    "rule_book_id": "rule_books", "simulation_id": "simulations", "calendar_id": "calendars",
    "opportunity_id": "vendor_opportunities", "conflict_id": "conflicts",
    "dispute_id": "disputes",
    "routing_policy_id": "routing_policies", "lead_id": "leads", "lead_offer_id": "lead_offers",
    "lead_routing_id": "lead_routings",
    "extension_id": "extension_requests",
    "amendment_id": "amendments",
    "review_id": "reviews", "custom_field_id": "custom_fields",
    "alias_id": "account_aliases", "relation_id": "account_relations",
}  # fmt: skip
_REASON = {"reason": "other", "remedy": "Ask again.", "note": "A word."}
_ADMINS_NOTE = {"reason": "other", "note": "A word."}
_PERSON = {"email": "new@reseller.example", "display_name": "New", "role": "partner_member"}
_APPEAL = {"kind": "appeal", "grounds": "other", "statement": "A word."}
_DISPUTE, _CONFLICT = "/v1/disputes/{dispute_id}", "/v1/conflicts/{conflict_id}"
_OPPORTUNITY = {
    "external_id": {"system": "crm", "id": "new"}, "customer": {"name": "New SE", "country": "DE"}, "title": "New",
    "stage": "proposal", "opened_on": "2026-01-31",
}  # fmt: skip
_DEAL, _PARTNER = "/v1/deal-registrations/{deal_id}", "/v1/partners/{partner_id}"
_LEAD = "/v1/leads/{lead_id}"
BODIES: dict[str, Any] = {
    "PATCH /v1/vendors/{vendor_id}": {"country": "CA"},
    "POST /v1/sandbox/clock": {"advance_seconds": 60},
    "POST /v1/members": _PERSON,
    "PATCH /v1/members/{member_id}": {"display_name": "Another"},
    "POST /v1/issuers": {"name": "New", "issuer": "http://127.0.0.1:9/new", "audiences": ["new"]},
    "PATCH /v1/issuers/{issuer_id}": {"name": "Another"},
    "POST /v1/clients": {"name": "New", "role": "partner_member"},
    "PATCH /v1/clients/{client_id}": {"name": "Another"},
    "POST /v1/clients/{client_id}/use-keys": {"jwks_uri": "https://client.example/jwks.json"},
    "POST /v1/clients/{client_id}/rotate": {"overlap_hours": 1},
    "POST /v1/personas": {"key": "newcomer", "label": "New", "description": "New."},
    "PATCH /v1/personas/{key}": {"label": "Another"},
    "POST /v1/custom-fields": {"resource": "partner", "key": "newcomer", "label": "New", "type": "text"},
    "PATCH /v1/custom-fields/{custom_field_id}": {"label": "Another"},
    "POST /v1/partners": {"display_name": "New", "country": "DE"},
    f"PATCH {_PARTNER}": {"skills": ["siem"]},
    f"POST {_PARTNER}/suspend": _ADMINS_NOTE,
    f"POST {_PARTNER}/offboard": _ADMINS_NOTE,
    f"POST {_PARTNER}/personas": {"persona": "msp"},
    f"POST {_PARTNER}/personas/{{key}}/end": {"until_on": "2090-01-01"},
    f"POST {_PARTNER}/relationships": {"kind": "refers_to", "other_id": "par_01h455vb4pex5vsknk084sn02q"},
    f"POST {_PARTNER}/merge": {"into_id": "par_01h455vb4pex5vsknk084sn02r", "reason": "other"},
    f"POST {_PARTNER}/contacts": {"name": "New"},
    "PATCH /v1/contacts/{contact_id}": {"name": "Another"},
    "POST /v1/partners/bulk": {"items": [{"display_name": "New", "country": "DE"}]},
    "POST /v1/contacts/bulk": {"items": [{"name": "New"}]},
    "POST /v1/accounts/bulk": {"items": [{"name": "New SE", "country": "DE"}]},
    "POST /v1/deal-registrations/bulk": {"items": [deal_body("Newest SE")]},
    "POST /v1/products": {"sku": "NEW-1", "name": "New"},
    "PATCH /v1/products/{product_id}": {"name": "Another"},
    "POST /v1/calendars": {**A_CALENDAR, "key": "new"},
    "PATCH /v1/calendars/{calendar_id}": {"name": "Another"},
    "POST /v1/reviews/{review_id}/assign": {"member_id": None},
    "POST /v1/reviews/{review_id}/hold": {"reason": "other"},
    "POST /v1/reviews/{review_id}/escalate": {"to_role": "admin", "reason": "other"},
    "POST /v1/accounts": {"name": "New SE", "country": "DE"},
    "POST /v1/accounts/match": {"name": "New SE", "country": "DE"},
    "PATCH /v1/account-matching": {"review_floor": 0.8},
    "POST /v1/account-aliases": {"account_id": "acc_01h455vb4pex5vsknk084sn02r", "name": "New Works"},
    "PATCH /v1/account-aliases/{alias_id}": {"until_on": "2027-01-31"},
    "POST /v1/account-relations": {
        "account_id": "acc_01h455vb4pex5vsknk084sn02r",
        "parent_id": "acc_01h455vb4pex5vsknk084sn02q",
    },
    "PATCH /v1/account-relations/{relation_id}": {"until_on": "2027-01-31"},
    "PATCH /v1/accounts/{account_id}": {"region": "dach"},
    "POST /v1/accounts/{account_id}/merge": {"into_id": "acc_01h455vb4pex5vsknk084sn02r", "reason": "other"},
    "POST /v1/accounts/{account_id}/split": {"name": "Part SE", "country": "DE", "reason": "other"},
    "POST /v1/deal-registrations": deal_body("Newest SE"),
    f"PATCH {_DEAL}": {"description": "Another"},
    f"POST {_DEAL}/move-stage": {"stage": "qualified"},
    f"POST {_DEAL}/close-won": {},
    f"POST {_DEAL}/close-lost": {"reason": "price"},
    f"POST {_DEAL}/approve": {"reason": "meets_policy"},
    f"POST {_DEAL}/reject": _REASON,
    f"POST {_DEAL}/return": _REASON,
    f"POST {_DEAL}/revoke": _REASON,
    f"POST {_DEAL}/extend": {"days": 30, "reason": "other", "evidence": [{"kind": "email", "statement": "A word."}]},
    f"POST {_DEAL}/override": {
        "evidence": [{"kind": "customer_statement", "statement": "A word."}],
        "remedy": "Ask again.",
    },
    f"POST {_DEAL}/notes": {"body": "A word."},
    "POST /v1/vendor-opportunities": _OPPORTUNITY,
    "POST /v1/vendor-opportunities/bulk": {"items": [_OPPORTUNITY]},
    f"POST {_CONFLICT}/confirm": {},
    f"POST {_CONFLICT}/dismiss": {"reason": "other", "note": "A word."},
    f"POST {_CONFLICT}/choose": {"obligation": "release"},
    f"POST {_CONFLICT}/prove": {"proof": [{"kind": "email", "statement": "A word."}]},
    f"POST {_CONFLICT}/contest": {"note": "A word."},
    f"POST {_CONFLICT}/overrule": {"reason": "other", "note": "A word."},
    "POST /v1/disputes": {**_APPEAL, "deal_registration_id": "deal_01h455vb4pex5vsknk084sn02q"},
    f"POST {_DISPUTE}/evidence": {"statement": "A word."},
    f"POST {_DISPUTE}/decide": {"outcome": "upheld", "reason": "other", "note": "A word."},
    "POST /v1/routing-policies": {"name": "New"},
    "PATCH /v1/routing-policies/{routing_policy_id}": {"name": "Another"},
    "POST /v1/leads": lead_body(),
    f"POST {_LEAD}/pass": {"partner_id": "par_01h455vb4pex5vsknk084sn02q", "reason": "expertise"},
    "POST /v1/leads/bulk": {"items": [lead_body()]},
    f"PATCH {_LEAD}": {"contact": None},
    f"POST {_LEAD}/route": {"dry_run": True},
    f"POST {_LEAD}/recall": {"reason": "other"},
    f"POST {_LEAD}/register": {},
    f"POST {_LEAD}/close": {"reason": "other"},
    "POST /v1/lead-offers/{lead_offer_id}/decline": {"reason": "poor_fit"},
    f"POST {_DEAL}/extension-requests": {
        "days": 30,
        "reason": "other",
        "evidence": [{"kind": "email", "statement": "A word."}],
    },
    "POST /v1/extension-requests/{extension_id}/approve": {"reason": "meets_policy"},
    "POST /v1/extension-requests/{extension_id}/reject": _REASON,
    f"POST {_DEAL}/amendments": {"changes": {"title": "Another"}, "reason": "A word."},
    "POST /v1/amendments/{amendment_id}/accept": {"reason": "meets_policy"},
    "POST /v1/amendments/{amendment_id}/refuse": _REASON,
    "POST /v1/rule-books": {"name": "New"},
    "PATCH /v1/rule-books/{rule_book_id}": {"name": "Another"},
    "POST /v1/rule-books/{rule_book_id}/publish": {"reason": "A word.", "effective_from": "2090-01-01T00:00:00Z"},
    "POST /v1/rule-books/{rule_book_id}/simulations": {},
    "POST /v1/rules-of-engagement/check": {"customer": {"name": "New SE", "country": "DE"}},
}


@dataclass(frozen=True)
class Operation:
    """One method of one path, and the grant it asks; None where it is public."""

    method: str
    path: str
    permission: str | None
    queries: tuple[str, ...]
    has_body: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def filled(self, ids: dict[str, str]) -> str:
        """The path with these ids."""
        return self.path.format_map(ids)

    def sends(self) -> dict[str, Any]:
        """What a caller sends besides the path, so that nothing but the caller and the ids decides."""
        if self.name == "POST /v1/imports":
            line = b"external_id,name,country\n1,New SE,DE\n"
            return {"content": line, "headers": CSV, "params": {"kind": "accounts", "dry_run": "true"}}
        if self.name == "GET /v1/calendars/{calendar_id}/due":
            return {"params": {"hours": "1"}}
        if self.name == "GET /v1/events/stream":
            return {"params": {"seconds": "0"}}
        found: dict[str, Any] = {"headers": {"If-Match": "*"}}
        if self.name in BODIES:
            found["json"] = BODIES[self.name]
        return found


def operations() -> list[Operation]:
    """What the rooms offer and what stands beside them, from their own routers."""
    routers = [area.router for area in catalog().areas if area.router is not None]
    return [found for router in (health_router, *routers, contract_router) for found in _of(router)]


def _of(router: APIRouter) -> list[Operation]:
    found = []
    for route in router.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        permissions = [marker.name for marker in markers_of(route) if isinstance(marker, Permission)]
        assert len(permissions) < 2, route.path
        queries = {field.alias for part in _parts(route.dependant) for field in part.query_params}
        for method in sorted(route.methods - {"HEAD"}):
            permission = permissions[0] if permissions else None
            body = route.body_field is not None and route.body_field.field_info.is_required()
            found.append(Operation(method, route.path, permission, tuple(sorted(queries)), body))
    return found


def _parts(dependant: Any) -> Any:
    yield dependant
    for child in dependant.dependencies:
        yield from _parts(child)


def is_visible(parameter: str, owner: str, *, to_partner: bool) -> bool:
    """Whether what this parameter names exists for a caller, by the scope of its table."""
    if owner in ("foreign", "random", "malformed"):
        return False
    scope = Base.metadata.tables[TABLES[parameter]].info["scope"]
    # What is planted where drafts and published rows stand is a draft; of fields, one that partners do not read.
    hidden = ("staff", "machinery", "published", "disclosed")
    return not to_partner or scope == "shared" or (owner == "own" and scope not in hidden)
