"""Merge a partner into another: what refers to it follows, or the merge is refused with all that stands in the way."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.kernel.names import normal_name
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.network.partners import store
from ecosystem_api.network.partners.domain import HIERARCHIES, find_way_round
from ecosystem_api.network.partners.errors import MergeConflicts, MergeNotPossible, UnknownPartner
from ecosystem_api.network.partners.events import PartnerMerged
from ecosystem_api.network.partners.schemas import MergeFinding, PartnerMerge, PartnerMergeRead
from ecosystem_api.network.partners.service.move import remember_step
from ecosystem_api.network.partners.service.read import get_row, read_partner, refuse_merged
from ecosystem_api.network.partners.service.relate import everything_above
from ecosystem_api.network.partners.service.search import keep_words_of
from ecosystem_api.network.partners.tables import PartnerAliasRow, PartnerPersonaRow, PartnerRelationshipRow, PartnerRow
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import plan, record
from ecosystem_api.runtime.merge import Finding, Followed, Merge, follow

FOLLOW_LATE = "partners.follow_late"
# Longer than any request that was under way in the moment of the merge can last.
_LATE = timedelta(seconds=90)
_FOR_EVER = date.max


async def merge_partner(
    tx: Tx, who: Caller, catalog: Catalog, partner_id: UUID, body: PartnerMerge, if_match: str | None
) -> PartnerMergeRead:
    """Let another partner stand for this one; a dry run says what would move and what stands in the way.

    Errors: `NotFound`, `UnknownPartner`, `PreconditionFailed`, `MergeNotPossible`, `MergeConflicts`, `RecordMerged`.
    """
    if body.into_id == partner_id:
        raise InvalidRequest(errors=[FieldError("/into_id", "same_partner", "Name another partner.")])
    # In the order of their ids, so that two merges cannot wait for each other.
    for one in sorted((partner_id, body.into_id)):
        await store.find_partner(tx, one, is_locked=True)
    source = await get_row(tx, partner_id, is_locked=True)
    target = await store.find_partner(tx, body.into_id)
    await refuse_merged(tx, body.into_id, target)
    if target is None:
        raise UnknownPartner(errors=[FieldError("/into_id", "unknown_partner", "No partner of this id.")])
    if target.status == "offboarded":
        raise MergeNotPossible("The partner that would stand for both has been offboarded.")
    expect_version(if_match, source.version, is_dry_run=body.dry_run)
    merge = Merge("partners", "partner_id", source.id, target.id)

    async def act() -> PartnerMergeRead:
        followed = await follow(tx, who, catalog.areas, merge)
        if not followed.conflicts:
            await _close(tx, who, merge, followed, body)
        return PartnerMergeRead(
            dry_run=body.dry_run,
            partner=await read_partner(tx, await get_row(tx, merge.target_id, is_locked=True)),
            moved=followed.moved,
            conflicts=[_told(one) for one in followed.conflicts],
            remarks=[_told(one) for one in followed.remarks],
        )

    read = await attempt(tx, act, keep=not body.dry_run)
    if read.conflicts and not body.dry_run:
        raise MergeConflicts(conflicts=[one.model_dump(mode="json") for one in read.conflicts])
    return read


async def follow_late(tx: Tx, who: Caller, catalog: Catalog, subject_id: str) -> None:
    """What was written under the old id in the very moment of the merge follows as well.

    Errors: RuntimeError with conflicts: an operator sees the delivery fail, and which.
    """
    source = await store.find_partner(tx, decode("par", subject_id), is_locked=True)
    if source is None or source.merged_into_id is None:
        return
    followed = await follow(tx, who, catalog.areas, Merge("partners", "partner_id", source.id, source.merged_into_id))
    if followed.conflicts:
        raise RuntimeError(f"merge of {subject_id}: {', '.join(one.code for one in followed.conflicts)}")


async def _close(tx: Tx, who: Caller, merge: Merge, followed: Followed, body: PartnerMerge) -> None:
    source = await get_row(tx, merge.source_id, is_locked=True)
    target = await get_row(tx, merge.target_id, is_locked=True)
    await store.forward_merged(tx, source.id, target.id)
    before, source.status, source.merged_into_id = source.status, "offboarded", target.id
    # What is known of one is known of both; where both say something, the one that stays is right.
    target.custom_fields = {**source.custom_fields, **target.custom_fields}
    touch(source, tx.now)
    touch(target, tx.now)
    await tx.flush()
    news = PartnerMerged(partner_id=source.id, merged_into_id=target.id, reason=body.reason, moved=followed.moved)
    subject = encode("par", source.id)
    event_id = await record(tx, who, news, subject_id=subject, partner_id=target.id)
    await remember_step(
        tx, who, source, "merge", event_id, before=before, reason=of_person(body.reason), note=body.note
    )
    await plan(tx, FOLLOW_LATE, subject_id=subject, due_at=tx.now + _LATE)


async def follow_merge(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """What belongs to the partner itself: other names, ids elsewhere, personas, relationships.

    Edges: an id in a system that knows both stays with the old one and leads on; so does a persona both have.
    """
    source = await store.find_partner(tx, merge.source_id)
    assert source is not None, "it was locked for the merge"
    followed = Followed()
    followed.moved["partner_aliases"] = await _take_aliases(tx, source, merge)
    followed.moved["partner_external_ids"] = await _take_external_ids(tx, merge)
    followed.moved["partner_personas"] = await _take_personas(tx, merge)
    followed.add(await _take_relationships(tx, merge))
    await tx.flush()
    target = await store.find_partner(tx, merge.target_id)
    for one in (source, target):
        if one is not None:
            await keep_words_of(tx, one)
    return followed


async def _take_aliases(tx: Tx, source: PartnerRow, merge: Merge) -> int:
    aliases = await store.aliases_of(tx, [source.id])
    for alias in aliases:
        alias.partner_id = merge.target_id
    await tx.flush()
    names = {normal_name(name): name for name in (source.legal_name, source.display_name) if name}
    taken = await store.aliases_named(tx, names)
    for key in names.keys() - taken:
        await tx.insert(
            PartnerAliasRow(
                vendor_id=tx.vendor_id, id=new_uuid(), partner_id=merge.target_id, name=names[key], name_key=key
            )
        )
    return len(aliases)


async def _take_external_ids(tx: Tx, merge: Merge) -> int:
    systems = {known.system for known in await store.external_ids_of(tx, [merge.target_id])}
    free = [one for one in await store.external_ids_of(tx, [merge.source_id]) if one.system not in systems]
    for one in free:
        one.partner_id = merge.target_id
    return len(free)


async def _take_personas(tx: Tx, merge: Merge) -> int:
    spans = await store.all_personas(tx, [merge.source_id, merge.target_id])
    held = [span for span in spans if span.partner_id == merge.target_id]
    free = [
        span
        for span in spans
        if span.partner_id == merge.source_id and not any(_overlap(span, other) for other in held)
    ]
    for span in free:
        span.partner_id = merge.target_id
    return len(free)


def _overlap(one: PartnerPersonaRow, other: PartnerPersonaRow) -> bool:
    if one.persona != other.persona:
        return False
    return one.from_on < (other.until_on or _FOR_EVER) and other.from_on < (one.until_on or _FOR_EVER)


async def _take_relationships(tx: Tx, merge: Merge) -> Followed:
    """Both partners' relationships become one's; those between the two, and what both have, fall away."""
    for kind in sorted(HIERARCHIES):
        await store.lock_relationships(tx, kind)
    pair = {merge.source_id, merge.target_id}
    rows = await store.all_relationships(tx, pair)
    parents = {row.partner_id for row in rows if row.kind == "parent_of" and row.other_id in pair} - pair
    if len(parents) > 1:
        ids = tuple(encode("par", one) for one in sorted(parents))
        detail = "The two have different parents, and a partner has one: remove one of the two relationships."
        return Followed(conflicts=[Finding("two_parents", "partner_relationships", ids, detail)])
    kept = {_ends(row, merge) for row in rows if merge.source_id not in (row.partner_id, row.other_id)}
    moved = 0
    for row in rows:
        if merge.source_id not in (row.partner_id, row.other_id):
            continue
        ends = _ends(row, merge)
        if ends in kept or ends[1] == ends[2]:
            await tx.session.delete(row)
            await tx.flush()
        else:
            kept.add(ends)
            row.partner_id, row.other_id = ends[1], ends[2]
            moved += 1
    await tx.flush()
    return Followed(moved={"partner_relationships": moved}, conflicts=await _circles(tx, merge.target_id))


def _ends(row: PartnerRelationshipRow, merge: Merge) -> tuple[str, UUID, UUID]:
    ends: list[Any] = [merge.target_id if end == merge.source_id else end for end in (row.partner_id, row.other_id)]
    return row.kind, ends[0], ends[1]


async def _circles(tx: Tx, target_id: UUID) -> list[Finding]:
    found = []
    for kind in sorted(HIERARCHIES):
        for row in await store.relationships_to(tx, [target_id], (kind,)):
            edges = await everything_above(tx, row.partner_id, kind)
            way = find_way_round(row.partner_id, target_id, edges)
            if way is not None:
                ids = tuple(encode("par", step) for step in way)
                detail = "One would stand above itself: remove one of the relationships on this way round."
                found.append(Finding("relationship_cycle", "partner_relationships", ids, detail))
    return found


def _told(one: Finding) -> MergeFinding:
    return MergeFinding(code=one.code, resource=one.resource, ids=list(one.ids), detail=one.detail)
