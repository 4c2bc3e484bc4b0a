"""Read cases: the queue of the desk, and one case with all that helps to decide it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import decode, encode
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Paging
from ecosystem_api.runtime.ledger.read import events_after
from ecosystem_api.runtime.reading import Found, Written, page, part, put, view_of
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.reviews import store
from ecosystem_api.selling.reviews.answers import REVIEWS, TEND
from ecosystem_api.selling.reviews.errors import UnknownSubjectType
from ecosystem_api.selling.reviews.events import EVENTS
from ecosystem_api.selling.reviews.schemas import (
    ApprovalRead,
    ReviewBriefRead,
    ReviewDeskRead,
    ReviewDetail,
    ReviewRead,
    ReviewStep,
)
from ecosystem_api.selling.reviews.tables import ReviewRow

_MOST_STEPS = 200
SUBJECT = "subject"


async def list_reviews(
    tx: Tx, who: Caller, paging: Paging, wanted: Mapping[str, Any], sort: str, expand: str | None, catalog: Catalog
) -> Written[ReviewRead]:
    """Cases, filtered. Errors: `UnknownSubjectType`, `InvalidRequest`, `Forbidden`."""
    subject_type = wanted.get("subject_type")
    if subject_type is not None and subject_type not in catalog.subjects:
        detail = f"Known: {', '.join(sorted(catalog.subjects))}."
        raise UnknownSubjectType(errors=[FieldError("subject_type", "unknown_subject_type", detail)])
    found, cursor = await REVIEWS.page(tx, view_of(who, TEND), paging, wanted, sort)
    subjects = await _subjects(tx, who, expand, found, catalog)
    return page([put(one.text, more) for one, more in zip(found, subjects, strict=True)], cursor)


async def show_review(
    tx: Tx, who: Caller, review_id: UUID, expand: str | None, catalog: Catalog
) -> Written[ReviewDetail]:
    """One case with the decision behind it, its approvals and its history. Errors: `NotFound`."""
    found = await REVIEWS.one(tx, view_of(who, TEND), review_id)
    if found is None:
        raise NotFound()
    (more,) = await _subjects(tx, who, expand, [found], catalog)
    decision = await engagement.get_decision(tx, found.row["decision_id"])
    more["decision"] = decision.model_dump_json()
    more["approvals"] = _json([ApprovalRead.model_validate(one) for one in await store.approvals_of(tx, review_id)])
    more["history"] = _json(await _history(tx, encode("rev", review_id)))
    # Its history grows without a new version: so the tag covers what is said.
    return part(put(found.text, more), found.version)


@dataclass(frozen=True, slots=True)
class Running:
    """Where a case stands, for whoever waits for it, and for the vendor's side."""

    brief: ReviewBriefRead
    desk: ReviewDeskRead


async def running_reviews(tx: Tx, subject_type: str, subject_ids: Collection[str]) -> dict[str, Running]:
    """The cases of these subjects that have not ended, by the id of the subject: for the answers of their rooms."""
    if not subject_ids:
        return {}
    return {row.subject_id: _running(row) for row in await store.running_of(tx, subject_type, subject_ids)}


async def hold_case(tx: Tx, subject_type: str, subject_id: str) -> Running | None:
    """The case of a subject as it stands now, locked until the transaction ends; None where it has none."""
    review_id = await store.find_running(tx, subject_type, subject_id)
    row = await store.lock_review(tx, review_id) if review_id else None
    return _running(row) if row is not None and row.status != "closed" else None


def _running(row: ReviewRow) -> Running:
    told = ("status", "due_at", "on_silence", "hold_reason", "hold_until", "version")
    brief = {**{name: getattr(row, name) for name in told}, "is_overdue": row.overdue_at is not None}
    desk = {name: getattr(row, name) for name in ReviewDeskRead.model_fields}
    return Running(ReviewBriefRead.model_validate(brief), ReviewDeskRead.model_validate(desk))


async def read_review(tx: Tx, who: Caller, review_id: UUID) -> ReviewRead:
    """One case as a change of it is answered."""
    found = await REVIEWS.one(tx, view_of(who, TEND), review_id)
    assert found is not None, "it was changed in this transaction"
    return ReviewRead.model_validate_json(found.text)


async def _history(tx: Tx, review: str) -> list[ReviewStep]:
    types = [kind.type for kind in EVENTS]
    events = await events_after(tx, 0, _MOST_STEPS, types=types, subject_id=review)
    return [
        ReviewStep(
            type=one.type,
            at=one.occurred_at,
            actor_type=one.actor_type,
            actor_id=one.actor_id,
            data={**one.data, **one.staff_data},
        )
        for one in events
    ]


async def _subjects(
    tx: Tx, who: Caller, expand: str | None, found: Sequence[Found], catalog: Catalog
) -> list[dict[str, str]]:
    """Beside each case its subject, if that was asked for: as its own room answers it, one query a type."""
    if expand is None:
        return [{} for _ in found]
    if expand != SUBJECT:
        detail = f"Not a relation here; known: {SUBJECT}."
        raise InvalidRequest(errors=[FieldError("expand", "unknown_relation", detail)])
    ids: dict[str, set[UUID]] = defaultdict(set)
    for one in found:
        subject = catalog.subjects[one.row["subject_type"]]
        ids[subject.name].add(decode(subject.prefix, one.row["subject_id"]))
    texts: dict[tuple[str, UUID], str] = {}
    for name, wanted in ids.items():
        who.require(catalog.subjects[name].permission)
        answers = await catalog.subjects[name].answers(tx, who, wanted)
        texts |= {(name, subject_id): text for subject_id, text in answers.items()}
    keys = [(one.row["subject_type"], one.row["subject_id"]) for one in found]
    ways = [(name, decode(catalog.subjects[name].prefix, subject_id)) for name, subject_id in keys]
    return [{SUBJECT: texts.get(way, "null")} for way in ways]


def _json(rows: Sequence[Any]) -> str:
    return "[" + ",".join(row.model_dump_json() for row in rows) + "]"
