"""Paths of partners."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.network.partners import service
from ecosystem_api.network.partners.domain import PartnerFilter, PartnerStatus, RelationshipKind
from ecosystem_api.network.partners.schemas import (
    PartnerActivate,
    PartnerApply,
    PartnerCreate,
    PartnerId,
    PartnerMerge,
    PartnerMergeRead,
    PartnerOffboard,
    PartnerRead,
    PartnerReinstate,
    PartnerStartOnboarding,
    PartnerStatusChangeRead,
    PartnerSuspend,
    PartnerUpdate,
    PersonaEnd,
    PersonaGiven,
    PersonaHeld,
    RelationshipCreate,
    RelationshipId,
    RelationshipRead,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    FieldNames,
    IfMatch,
    Page,
    Paging,
    allow,
    answered,
    machinery_of,
    made,
    room_router,
)  # fmt: skip
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.wire import Country, Key

router = room_router("partners")
Reader = Annotated[Caller, allow("partners:read")]
Writer = Annotated[Caller, allow("partners:write")]
Manager = Annotated[Caller, allow("partners:manage")]
Decider = Annotated[Caller, allow("partners:decide")]
Pages = Annotated[Paging, Depends()]


def _filter(
    status: Annotated[PartnerStatus | None, Query(description="Only partners with this status.")] = None,
    persona: Annotated[Key | None, Query(description="Only partners with this persona today.")] = None,
    country: Annotated[Country | None, Query(description="Only partners seated in this country.")] = None,
    tier: Annotated[Key | None, Query(description="Only partners in this tier.")] = None,
    skill: Annotated[Key | None, Query(description="Only partners with this skill.")] = None,
    vertical: Annotated[Key | None, Query(description="Only partners that know this industry.")] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=2,
            max_length=100,
            description="Only partners with all these words, the last of which may be the beginning of one, in names, "
            "aliases, domains and external ids; case and accents ignored.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        Query(max_length=200, description="Only partners with this name or alias; case, accents, legal form ignored."),
    ] = None,
    external_system: Annotated[Key | None, Query(description="With `external_id`: the other system.")] = None,
    external_id: Annotated[str | None, Query(max_length=200, description="The partner's id in that system.")] = None,
    merged_into_id: Annotated[
        PartnerId | None, Query(description="Those that were merged into this one; the others are not listed then.")
    ] = None,
) -> PartnerFilter:
    if (external_system is None) != (external_id is None):
        missing = "external_system" if external_system is None else "external_id"
        raise InvalidRequest(errors=[FieldError(missing, "missing", "The two go together.")])
    return PartnerFilter(
        status, persona, country, tier, skill, vertical, q, name, external_system, external_id, merged_into_id
    )


@router.post("/v1/partners", status_code=201, response_model=PartnerRead)
async def create_partner(body: PartnerCreate, tx: CurrentTx, response: Response, who: Manager) -> Response:
    """Add a partner: a prospect by default, or further on its way."""
    partner_id, written = await service.create_partner(tx, who, body)
    return made(response, f"/v1/partners/{encode('par', partner_id)}", written)


@router.get("/v1/partners", response_model=Page[PartnerRead])
async def list_partners(
    tx: CurrentTx,
    who: Reader,
    response: Response,
    paging: Pages,
    wanted: Annotated[PartnerFilter, Depends(_filter)],
    sort: Annotated[
        Literal["name", "-name", "created_at", "-created_at"],
        Query(description="By normalised name or by age; a minus sign turns the order round."),
    ] = "-created_at",
    fields: FieldNames = None,
) -> Response:
    """List partners. A partner's own callers find their own partner only."""
    return answered(response, await service.list_partners(tx, paging, wanted, sort, fields))


@router.get("/v1/partners/{partner_id}", response_model=PartnerRead)
async def get_partner(
    partner_id: PartnerId, tx: CurrentTx, response: Response, who: Reader, fields: FieldNames = None
) -> Response:
    """Read one partner, with its personas of today, aliases, external ids, parent and distributors."""
    return answered(response, await service.show_partner(tx, partner_id, fields))


@router.patch("/v1/partners/{partner_id}", response_model=PartnerRead)
async def update_partner(
    partner_id: PartnerId,
    body: PartnerUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> Response:
    """Change a partner by JSON merge patch. A partner's admin may change what it can do and where."""
    return answered(response, await service.update_partner(tx, who, partner_id, body, if_match))


@router.post("/v1/partners/{partner_id}/apply", response_model=PartnerRead)
async def apply_partner(
    partner_id: PartnerId,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    body: PartnerApply | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Take a prospect's application."""
    return await _move(tx, who, partner_id, "apply", body or PartnerApply(), if_match, response)


@router.post("/v1/partners/{partner_id}/start-onboarding", response_model=PartnerRead)
async def start_partner_onboarding(
    partner_id: PartnerId,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    body: PartnerStartOnboarding | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Accept an applicant and begin to enable it."""
    return await _move(tx, who, partner_id, "start_onboarding", body or PartnerStartOnboarding(), if_match, response)


@router.post("/v1/partners/{partner_id}/activate", response_model=PartnerRead)
async def activate_partner(
    partner_id: PartnerId,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    body: PartnerActivate | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Let a partner do business."""
    return await _move(tx, who, partner_id, "activate", body or PartnerActivate(), if_match, response)


@router.post("/v1/partners/{partner_id}/suspend", response_model=PartnerRead)
async def suspend_partner(
    partner_id: PartnerId,
    body: PartnerSuspend,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> Response:
    """Let a partner do no new business until it is reinstated. Needs a reason."""
    return await _move(tx, who, partner_id, "suspend", body, if_match, response)


@router.post("/v1/partners/{partner_id}/reinstate", response_model=PartnerRead)
async def reinstate_partner(
    partner_id: PartnerId,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    body: PartnerReinstate | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Let a suspended partner do business again."""
    return await _move(tx, who, partner_id, "reinstate", body or PartnerReinstate(), if_match, response)


@router.post("/v1/partners/{partner_id}/offboard", response_model=PartnerRead)
async def offboard_partner(
    partner_id: PartnerId,
    body: PartnerOffboard,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> Response:
    """End the partnership for good; the record stays. Needs a reason."""
    return await _move(tx, who, partner_id, "offboard", body, if_match, response)


@router.post("/v1/partners/{partner_id}/merge", response_model=PartnerMergeRead)
async def merge_partner(
    partner_id: PartnerId,
    body: PartnerMerge,
    tx: CurrentTx,
    who: Annotated[Caller, allow("partners:merge")],
    machinery: Annotated[Machinery, Depends(machinery_of)],
    if_match: IfMatch = None,
) -> PartnerMergeRead:
    """Merge a partner into another, which stands for both from then on. This cannot be undone.

    Contacts, people, credentials, accounts, registrations with their claims and places in the queue: all that belongs
    to the partner follows, in one transaction. If both have what only one may have, nothing is merged and the answer
    lists it all; a `dry_run` lists it beforehand, with what would move. Tokens bought for the old partner end at once;
    its credentials stay and buy tokens for the new one. Requests to the old id, and to all below it, are answered by a
    redirect (308) to the same address with the new one.
    """
    return await service.merge_partner(tx, who, machinery.catalog, partner_id, body, if_match)


@router.get("/v1/partners/{partner_id}/history", response_model=Page[PartnerStatusChangeRead])
async def list_partner_history(
    partner_id: PartnerId, tx: CurrentTx, who: Reader, paging: Pages
) -> Page[PartnerStatusChangeRead]:
    """List the steps of a partner's way with their reasons, newest first."""
    return await service.list_history(tx, who, partner_id, paging)


@router.get("/v1/partners/{partner_id}/personas", response_model=Page[PersonaHeld])
async def list_partner_personas(partner_id: PartnerId, tx: CurrentTx, who: Reader, paging: Pages) -> Page[PersonaHeld]:
    """List the personas a partner has, had or will have, latest entry first."""
    return await service.list_personas(tx, partner_id, paging)


@router.post("/v1/partners/{partner_id}/personas", status_code=201, response_model=PartnerRead)
async def give_partner_persona(
    partner_id: PartnerId, body: PersonaGiven, tx: CurrentTx, response: Response, who: Manager
) -> Response:
    """Give a partner a persona from a day on; answers the partner."""
    written = await service.give_persona(tx, who, partner_id, body)
    return made(response, f"/v1/partners/{encode('par', partner_id)}/personas", written)


@router.post("/v1/partners/{partner_id}/personas/{key}/end", response_model=PartnerRead)
async def end_partner_persona(
    partner_id: PartnerId,
    key: Key,
    tx: CurrentTx,
    response: Response,
    who: Manager,
    body: PersonaEnd | None = None,
) -> Response:
    """End a partner's persona on a day, today by default; answers the partner."""
    return answered(response, await service.end_persona(tx, who, partner_id, key, body or PersonaEnd()))


@router.get("/v1/partners/{partner_id}/relationships", response_model=Page[RelationshipRead])
async def list_partner_relationships(
    partner_id: PartnerId,
    tx: CurrentTx,
    who: Reader,
    paging: Pages,
    kind: Annotated[RelationshipKind | None, Query(description="Only relationships of this kind.")] = None,
) -> Page[RelationshipRead]:
    """List the relationships from and to a partner, newest first."""
    return await service.list_relationships(tx, partner_id, kind, paging)


@router.post("/v1/partners/{partner_id}/relationships", status_code=201, response_model=RelationshipRead)
async def add_partner_relationship(
    partner_id: PartnerId, body: RelationshipCreate, tx: CurrentTx, response: Response, who: Manager
) -> RelationshipRead:
    """Say what this partner is to another. Parents and distributors never form a circle."""
    read = await service.add_relationship(tx, who, partner_id, body)
    response.headers["Location"] = f"/v1/partners/{encode('par', partner_id)}/relationships/{encode('rel', read.id)}"
    return read


@router.delete("/v1/partners/{partner_id}/relationships/{relationship_id}", status_code=204)
async def remove_partner_relationship(
    partner_id: PartnerId, relationship_id: RelationshipId, tx: CurrentTx, who: Manager
) -> None:
    """End a relationship, named from either side."""
    await service.remove_relationship(tx, who, partner_id, relationship_id)


_Reasoned = (
    PartnerApply | PartnerStartOnboarding | PartnerActivate | PartnerSuspend | PartnerReinstate | PartnerOffboard
)


async def _move(
    tx: CurrentTx,
    who: Caller,
    partner_id: PartnerId,
    action: str,
    body: _Reasoned,
    if_match: str | None,
    response: Response,
) -> Response:
    written = await service.move_partner(
        tx, who, partner_id, action, reason=body.reason, note=body.note, if_match=if_match
    )
    return answered(response, written)
