"""Paths of leads."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.cosell.leads import service
from ecosystem_api.cosell.leads.schemas import (
    LeadClose,
    LeadCreate,
    LeadId,
    LeadPass,
    LeadRead,
    LeadRecall,
    LeadRegister,
    LeadRoute,
    LeadRoutedRead,
    LeadStatus,
    LeadUpdate,
    PartnerRef,
)
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, made, room_router, tagged
from ecosystem_api.runtime.wire import Key
from ecosystem_api.selling.deals.schemas import DealRead

router = room_router("leads")
Reader = Annotated[Caller, allow("leads:read")]
Writer = Annotated[Caller, allow("leads:write")]
Router = Annotated[Caller, allow("leads:route")]
Worker = Annotated[Caller, allow("leads:work")]
_LEAD = "/v1/leads/{lead_id}"


@router.post("/v1/leads", status_code=201, response_model=LeadRead)
async def create_lead(body: LeadCreate, tx: CurrentTx, response: Response, who: Writer) -> LeadRead:
    """Create a lead. Name the customer by id, or describe it and it is found or created."""
    read = await service.create_lead(tx, who, body)
    return created(response, f"/v1/leads/{encode('lead', read.id)}", read)


@router.get("/v1/leads", response_model=Page[LeadRead])
async def list_leads(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[LeadStatus | None, Query(description="Only leads that stand here.")] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only those that this partner has accepted.")] = None,
    account_id: Annotated[AccountId | None, Query(description="Only for this customer.")] = None,
    vertical: Annotated[Key | None, Query(description="Only customers of this industry.")] = None,
    source: Annotated[Key | None, Query(description="Only those that the vendor came by so.")] = None,
    external_system: Annotated[Key | None, Query(description="With `external_id`: the other system.")] = None,
    external_id: Annotated[str | None, Query(description="The lead's id there.", max_length=200)] = None,
) -> Page[LeadRead]:
    """List leads, newest first: staff all of them, a partner those that it has accepted."""
    if (external_system is None) != (external_id is None):
        fault = FieldError("external_id", "incomplete", "Send external_system and external_id together.")
        raise InvalidRequest(errors=[fault])
    filters = {
        "status": status,
        "partner_id": partner_id,
        "account_id": account_id,
        "vertical": vertical,
        "source": source,
        # Another system's ids are the vendor's own: a partner finds nothing by them.
        "external_system": external_system,
        "external_id": external_id,
    }
    return await service.list_leads(tx, who, paging, filters)


@router.get(_LEAD, response_model=LeadRead)
async def get_lead(lead_id: LeadId, tx: CurrentTx, response: Response, who: Reader) -> LeadRead:
    """Read one lead; a partner one that it has accepted."""
    return tagged(response, await service.get_lead(tx, who, lead_id))


@router.patch(_LEAD, response_model=LeadRead)
async def update_lead(
    lead_id: LeadId, body: LeadUpdate, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> LeadRead:
    """Change a lead by JSON merge patch, while no partner judges it. Its contact may be changed or erased always."""
    return tagged(response, await service.update_lead(tx, who, lead_id, body, if_match))


@router.post(_LEAD + "/route", response_model=LeadRoutedRead)
async def route_lead(
    lead_id: LeadId, body: LeadRoute, tx: CurrentTx, response: Response, who: Router, if_match: IfMatch = None
) -> LeadRoutedRead:
    """Offer a lead to the partner that the policy in force puts first.

    The answer is the whole ranking: every eligible partner with what each criterion added, every other one with its
    reasons. `dry_run` answers the ranking alone and wants no `If-Match`.
    """
    return tagged(response, await service.route_lead(tx, who, lead_id, body, if_match))


@router.post(_LEAD + "/pass", response_model=LeadRoutedRead)
async def pass_lead(
    lead_id: LeadId, body: LeadPass, tx: CurrentTx, response: Response, who: Router, if_match: IfMatch = None
) -> LeadRoutedRead:
    """Offer a lead to a partner that you choose, with a reason.

    The answer is the ranking of the policy in force, which is recorded beside the choice; the decision names whoever
    chose. A partner that the rules of engagement keep from the lead cannot be chosen.
    """
    return tagged(response, await service.pass_lead(tx, who, lead_id, body, if_match))


@router.post(_LEAD + "/recall", response_model=LeadRead)
async def recall_lead(
    lead_id: LeadId, body: LeadRecall, tx: CurrentTx, response: Response, who: Router, if_match: IfMatch = None
) -> LeadRead:
    """Take a lead back from the partner that has it or is asked. The partner is told why."""
    return tagged(response, await service.recall_lead(tx, who, lead_id, body, if_match))


@router.post(_LEAD + "/register", status_code=201, response_model=DealRead)
async def register_lead(
    lead_id: LeadId, body: LeadRegister, tx: CurrentTx, response: Response, who: Worker, if_match: IfMatch = None
) -> Response:
    """Make a deal registration of an accepted lead; the rules judge it like any other."""
    deal_id, written = await service.register_lead(tx, who, lead_id, body, if_match)
    return made(response, f"/v1/deal-registrations/{encode('deal', deal_id)}", written)


@router.post(_LEAD + "/close", response_model=LeadRead)
async def close_lead(
    lead_id: LeadId, body: LeadClose, tx: CurrentTx, response: Response, who: Worker, if_match: IfMatch = None
) -> LeadRead:
    """Close a lead that nobody works on any more; a partner one that it has accepted."""
    return tagged(response, await service.close_lead(tx, who, lead_id, body, if_match))
