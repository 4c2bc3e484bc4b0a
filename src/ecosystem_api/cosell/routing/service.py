"""Use cases of routing policies."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.cosell.routing import store
from ecosystem_api.cosell.routing.domain import FloorRecord, Policy, policy_of
from ecosystem_api.cosell.routing.errors import NoPolicyInForce, PolicyNotEditable, UnknownAnswerCalendar
from ecosystem_api.cosell.routing.events import RoutingPolicyDrafted, RoutingPolicyPublished
from ecosystem_api.cosell.routing.schemas import (
    FloorRecordRead,
    PolicyStatus,
    RoutingPolicyCreate,
    RoutingPolicyRead,
    RoutingPolicyUpdate,
    RoutingTerms,
)
from ecosystem_api.cosell.routing.tables import RoutingPolicyRow
from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.calendars import service as calendars
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record

_CLEARABLE: Final = ("answer_calendar", "register_days")


class Standing:
    """The policy in force, held until the transaction ends: whoever makes an offer says here whom it went to."""

    def __init__(self, row: RoutingPolicyRow) -> None:
        self.id = row.id
        self.number = row.number or 0
        self.content_hash = row.content_hash
        self.policy: Policy = policy_of(row.content)
        self.floor_record = FloorRecord(row.routed, row.given)
        self._row = row

    def count_offer(self, *, is_below_floor: bool) -> None:
        """An offer was made while a partner below the floor was eligible."""
        self._row.routed += 1
        self._row.given += is_below_floor


async def open_first_policy(tx: Tx, who: Caller) -> None:
    """Give a new vendor the terms that the service proposes, published and in force from the beginning of time."""
    row = _new_row(tx, RoutingTerms())
    row.status, row.number, row.in_force, row.published_at = "published", 1, Range(None, None), tx.now
    await tx.insert(row)
    await _tell_published(tx, who, row)


async def create_policy(tx: Tx, who: Caller, body: RoutingPolicyCreate) -> RoutingPolicyRead:
    """Begin a draft. Errors: `UnknownAnswerCalendar`, `InvalidRequest`."""
    await _require_calendar(tx, body.answer_calendar)
    row = _new_row(tx, body)
    await tx.insert(row)
    await record(tx, who, RoutingPolicyDrafted(routing_policy_id=row.id), subject_id=encode("rpol", row.id))
    return read_policy(row, tx.now)


async def update_policy(tx: Tx, policy_id: UUID, body: RoutingPolicyUpdate, if_match: str | None) -> RoutingPolicyRead:
    """Change a draft.

    Errors: `NotFound`, `PolicyNotEditable` once published, `PreconditionFailed`, `UnknownAnswerCalendar`,
    `InvalidRequest` for terms that do not go together.
    """
    row = await _get_draft(tx, policy_id)
    expect_version(if_match, row.version)
    await _require_calendar(tx, body.answer_calendar)
    sent = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in sent.items() if value is not None or name in _CLEARABLE}
    content = _terms({**row.content, **changes}).model_dump()
    if content != row.content:
        row.content, row.name, row.content_hash = content, content["name"], content_hash(content)
        touch(row, tx.now)
        await tx.flush()
    return read_policy(row, tx.now)


async def publish_policy(tx: Tx, who: Caller, policy_id: UUID, if_match: str | None) -> RoutingPolicyRead:
    """Leads are routed by a draft from now on; the policy before it ends here.

    Errors: `NotFound`, `PolicyNotEditable` once published, `PreconditionFailed`.
    """
    before = await store.lock_last(tx)
    row = await _get_draft(tx, policy_id)
    expect_version(if_match, row.version)
    if before is not None and before.in_force is not None:
        before.in_force = Range(before.in_force.lower, tx.now)
        await tx.flush()
    row.status, row.published_at, row.in_force = "published", tx.now, Range(tx.now, None)
    row.number = (before.number or 0) + 1 if before else 1
    touch(row, tx.now)
    await tx.flush()
    await _tell_published(tx, who, row)
    return read_policy(row, tx.now)


async def get_policy(tx: Tx, policy_id: UUID) -> RoutingPolicyRead:
    """One policy in any state. Errors: `NotFound`."""
    row = await store.find_policy(tx, policy_id)
    if row is None:
        raise NotFound()
    return read_policy(row, tx.now)


async def list_policies(tx: Tx, paging: Paging, status: str | None) -> Page[RoutingPolicyRead]:
    """Policies in any state, newest first."""
    keys = [(RoutingPolicyRow.id, True)]
    return await page_of(tx, store.policies(tx, status), paging, keys, lambda row: read_policy(row, tx.now))


async def policy_in_force(tx: Tx, at: datetime | None) -> RoutingPolicyRead:
    """The policy by which leads are routed at an instant. Errors: `NotFound` when there was none."""
    row = await store.find_in_force(tx, at or tx.now)
    if row is None:
        raise NotFound("No routing policy was in force at that instant.")
    return read_policy(row, tx.now)


async def hold_policy(tx: Tx, *, is_locked: bool = True) -> Standing:
    """The policy in force, locked unless it is only looked at. Errors: `NoPolicyInForce`."""
    row = await store.find_in_force(tx, tx.now, is_locked=is_locked)
    if row is None:
        raise NoPolicyInForce()
    return Standing(row)


async def published_policy(tx: Tx, policy_id: UUID) -> tuple[Policy, str]:
    """A policy by which something was routed, and its fingerprint as its terms give it now. Errors: `NotFound`."""
    row = await store.find_policy(tx, policy_id)
    if row is None:
        raise NotFound()
    return policy_of(row.content), content_hash(row.content)


def read_policy(row: RoutingPolicyRow, now: datetime) -> RoutingPolicyRead:
    """A policy as its readers see it."""
    lower, upper = (row.in_force.lower, row.in_force.upper) if row.in_force else (None, None)
    has_ended = upper is not None and upper <= now
    status: PolicyStatus = "retired" if has_ended else row.status  # type: ignore[assignment]  # a check constraint holds the word
    is_in_force = status == "published" and (lower is None or lower <= now)
    own: dict[str, Any] = {
        "id": row.id,
        "number": row.number,
        "status": status,
        "is_in_force": is_in_force,
        "effective_from": lower or row.published_at,
        "effective_until": upper,
        "content_hash": row.content_hash,
        "floor_record": FloorRecordRead(routed=row.routed, given=row.given),
        "allowed_actions": ["update", "publish"] if status == "draft" else [],
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
    return RoutingPolicyRead.model_validate(row.content | own)


def _new_row(tx: Tx, terms: RoutingTerms) -> RoutingPolicyRow:
    content = terms.model_dump()
    return RoutingPolicyRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        status="draft",
        name=terms.name,
        content=content,
        content_hash=content_hash(content),
        routed=0,
        given=0,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _terms(content: dict[str, Any]) -> RoutingTerms:
    try:
        return RoutingTerms.model_validate(content)
    except ValidationError as error:
        # Each of them was judged by itself: what is left is that they do not go together.
        faults = [FieldError("", "invalid", str(fault["msg"])) for fault in error.errors()]
        raise InvalidRequest(errors=faults) from None


async def _require_calendar(tx: Tx, key: str | None) -> None:
    if key is not None and not await calendars.has_calendar(tx, key):
        detail = "No calendar has this key; GET /v1/calendars lists them."
        raise UnknownAnswerCalendar(errors=[FieldError("/answer_calendar", "unknown_answer_calendar", detail)])


async def _get_draft(tx: Tx, policy_id: UUID) -> RoutingPolicyRow:
    row = await store.find_policy(tx, policy_id, is_locked=True)
    if row is None:
        raise NotFound()
    if row.status != "draft":
        raise PolicyNotEditable()
    return row


async def _tell_published(tx: Tx, who: Caller, row: RoutingPolicyRow) -> None:
    event = RoutingPolicyPublished(routing_policy_id=row.id, number=row.number or 0, content_hash=row.content_hash)
    await record(tx, who, event, subject_id=encode("rpol", row.id))
