"""Relate partners to each other, without circles where one stands above the other."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.domain import HIERARCHIES, find_way_round, refuse_cycle
from ecosystem_api.network.partners.errors import RelationshipExists
from ecosystem_api.network.partners.events import PartnerRelationshipAdded, PartnerRelationshipRemoved
from ecosystem_api.network.partners.schemas import RelationshipCreate, RelationshipRead
from ecosystem_api.network.partners.service.read import get_row, require_partner
from ecosystem_api.network.partners.tables import PartnerRelationshipRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.ledger import Event, record


async def add_relationship(tx: Tx, who: Caller, partner_id: UUID, body: RelationshipCreate) -> RelationshipRead:
    """Say what one partner is to another.

    Errors: `NotFound`, `UnknownPartner` for the other, `RelationshipCycle`, `RelationshipExists`, `RecordMerged`.
    """
    await require_partner(tx, partner_id)
    await require_partner(tx, body.other_id, pointer="/other_id")
    if body.other_id == partner_id:
        raise InvalidRequest(errors=[FieldError("/other_id", "same_partner", "Name another partner.")])
    row = await relate(tx, who, partner_id, body.kind, body.other_id, pointer="/other_id")
    await _new_version(tx, row)
    return RelationshipRead.model_validate(row)


async def list_relationships(tx: Tx, partner_id: UUID, kind: str | None, paging: Paging) -> Page[RelationshipRead]:
    """Relationships from and to a partner, newest first; each side may know them. Errors: `NotFound`."""
    await require_partner(tx, partner_id)
    keys = [(PartnerRelationshipRow.id, True)]
    # A row belongs to the side it leads from; the other side is a part of it as well.
    async with tx.vendor_wide():
        statement = store.relationships(tx, partner_id, kind)
        return await page_of(tx, statement, paging, keys, RelationshipRead.model_validate)


async def remove_relationship(tx: Tx, who: Caller, partner_id: UUID, relationship_id: UUID) -> None:
    """End a relationship, named from either side. Errors: `NotFound`."""
    row = await store.find_relationship(tx, partner_id, relationship_id)
    if row is None:
        raise NotFound()
    await tx.session.delete(row)
    await tx.flush()
    await _new_version(tx, row)
    await _tell(tx, who, row, PartnerRelationshipRemoved)


async def relate(
    tx: Tx, who: Caller, partner_id: UUID, kind: str, other_id: UUID, *, pointer: str
) -> PartnerRelationshipRow:
    """Write one relationship between partners that exist. Errors: `RelationshipCycle`, `RelationshipExists`."""
    if kind in HIERARCHIES:
        await store.lock_relationships(tx, kind)
        edges = await everything_above(tx, partner_id, kind)
        way = find_way_round(partner_id, other_id, edges)
        refuse_cycle(None if way is None else [encode("par", step) for step in way])
    row = PartnerRelationshipRow(
        vendor_id=tx.vendor_id, id=new_uuid(), partner_id=partner_id, other_id=other_id, kind=kind, created_at=tx.now
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if not (constraint_name(error) or "").startswith("uq_partner_relationships"):
            raise
        detail = "They are related so already, or it has another parent: remove that first."
        raise RelationshipExists(errors=[FieldError(pointer, "relationship_exists", detail)]) from None
    await _tell(tx, who, row, PartnerRelationshipAdded)
    return row


async def everything_above(tx: Tx, partner_id: UUID, kind: str) -> dict[UUID, set[UUID]]:
    """The edges that lead to a partner, level by level: as many queries as there are levels."""
    edges: defaultdict[UUID, set[UUID]] = defaultdict(set)
    level = {partner_id}
    seen = {partner_id}
    while level:
        links = await store.relationships_to(tx, level, (kind,))
        for link in links:
            edges[link.partner_id].add(link.other_id)
        level = {link.partner_id for link in links} - seen
        seen |= level
    return edges


async def _new_version(tx: Tx, row: PartnerRelationshipRow) -> None:
    """The partner below shows its parent and distributors, so it is another version of itself."""
    if row.kind in HIERARCHIES:
        touch(await get_row(tx, row.other_id, is_locked=True), tx.now)
        await tx.flush()


async def _tell(tx: Tx, who: Caller, row: PartnerRelationshipRow, news: type[Event]) -> None:
    event = news.model_validate(
        {"relationship_id": row.id, "partner_id": row.partner_id, "other_id": row.other_id, "kind": row.kind}
    )
    await record(tx, who, event, subject_id=encode("rel", row.id), partner_id=row.partner_id)
