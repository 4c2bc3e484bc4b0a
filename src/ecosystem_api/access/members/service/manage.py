"""Add people, change them, let them act or no longer."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.access.members import store
from ecosystem_api.access.members.domain import judge_role
from ecosystem_api.access.members.errors import EmailTaken, PartnerUnknown, RoleNotGrantable
from ecosystem_api.access.members.events import MemberAdded, MemberDeactivated, MemberReactivated, MemberUpdated
from ecosystem_api.access.members.schemas import MemberCreate, MemberRead, MemberUpdate
from ecosystem_api.access.members.tables import MemberRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.http.preconditions import expect_version
from ecosystem_api.runtime.ledger import Event, record
from ecosystem_api.runtime.machinery import Machinery


async def add_member(tx: Tx, who: Caller, body: MemberCreate, machinery: Machinery) -> MemberRead:
    """Add a person.

    Errors: `EmailTaken`, `RoleNotGrantable`, `RoleAndPartnerDisagree`, `PartnerUnknown`, `RecordMerged`.
    """
    partner_id = body.partner_id or (who.partner_id if body.role.startswith("partner_") else None)
    judge_role(who.partner_id, body.role, partner_id)
    _judge_reach(who, body.role, machinery)
    if partner_id is not None:
        await machinery.catalog.know_partner(tx, partner_id)
    row = MemberRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        email=body.email,
        display_name=body.display_name,
        role=body.role,
        status="active",
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) == "uq_members_email":
            raise EmailTaken(errors=[FieldError("/email", "email_taken", "Use another address.")]) from None
        raise partner_unknown(error) from None
    await tell(tx, who, row, MemberAdded)
    return MemberRead.model_validate(row)


async def get_member(tx: Tx, member_id: UUID) -> MemberRead:
    """One member. Errors: `NotFound`."""
    return MemberRead.model_validate(await _get(tx, member_id))


async def list_members(
    tx: Tx, paging: Paging, *, partner_id: UUID | None, status: str | None, role: str | None
) -> Page[MemberRead]:
    """Members the caller may see, newest first."""
    statement = store.members(tx, partner_id=partner_id, status=status, role=role)
    return await page_of(tx, statement, paging, [(MemberRow.id, True)], MemberRead.model_validate)


async def update_member(
    tx: Tx, who: Caller, member_id: UUID, body: MemberUpdate, if_match: str | None, machinery: Machinery
) -> MemberRead:
    """Change a name or a role.

    Errors: `NotFound`, `PreconditionFailed`, `RoleNotGrantable`, `RoleAndPartnerDisagree`.
    """
    row = await _get(tx, member_id, is_locked=True)
    expect_version(if_match, row.version)
    if body.role is not None:
        judge_role(who.partner_id, body.role, row.partner_id)
        _judge_reach(who, body.role, machinery)
    changes = body.model_dump(exclude_unset=True)
    if changes.get("role") is not None:
        changes["role_from"] = "assigned"
    if apply_changes(row, changes, required={"display_name", "role"}, now=tx.now):
        await tell(tx, who, row, MemberUpdated)
        await tx.flush()
    return MemberRead.model_validate(row)


async def set_active(tx: Tx, who: Caller, member_id: UUID, *, is_active: bool) -> MemberRead:
    """Let a person act, or no longer. Errors: `NotFound`, `IllegalMove` when it is so already."""
    row = await _get(tx, member_id, is_locked=True)
    target = "active" if is_active else "deactivated"
    if row.status == target:
        other = "deactivate" if is_active else "reactivate"
        raise IllegalMove(f"The member is {target} already.", allowed_actions=[other])
    row.status = target
    row.is_admitted = False  # who comes back signs in anew
    touch(row, tx.now)
    await tell(tx, who, row, MemberReactivated if is_active else MemberDeactivated)
    await tx.flush()
    return MemberRead.model_validate(row)


async def unlink_member(tx: Tx, who: Caller, member_id: UUID) -> MemberRead:
    """Forget which identity a person signs in with; the next verified one of the same address is bound.

    Errors: `NotFound`, `IllegalMove` when none is bound.
    """
    row = await _get(tx, member_id, is_locked=True)
    if row.issuer_id is None:
        raise IllegalMove("The member is not bound to an identity.", allowed_actions=[])
    row.issuer_id, row.subject, row.is_admitted = None, None, False
    touch(row, tx.now)
    await tell(tx, who, row, MemberUpdated)
    await tx.flush()
    return MemberRead.model_validate(row)


async def deactivate_all_of(tx: Tx, who: Caller, partner_id: UUID) -> None:
    """Let nobody act for a partner any more."""
    for row in await store.active_members_of(tx, partner_id):
        await set_active(tx, who, row.id, is_active=False)


def partner_unknown(error: IntegrityError, pointer: str = "/partner_id") -> Exception:
    """What to raise for a row whose partner does not exist; any other violation as it is."""
    if "partners" in (constraint_name(error) or ""):
        return PartnerUnknown(errors=[FieldError(pointer, "partner_unknown", "Name a partner of this vendor.")])
    return error


def _judge_reach(who: Caller, role: str, machinery: Machinery) -> None:
    """People sign in, so who narrowed a credential to `members:write` must not find it making admins."""
    beyond = sorted(machinery.catalog.permissions(Role(role)) - who.scopes)
    if beyond and who.role is not Role.SYSTEM:
        raise RoleNotGrantable(f"This caller does not hold {', '.join(beyond)}.", permissions=beyond)


async def _get(tx: Tx, member_id: UUID, *, is_locked: bool = False) -> MemberRow:
    row = await store.find_member(tx, member_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def tell(tx: Tx, who: Caller, row: MemberRow, news: type[Event]) -> None:
    """Record news of a person."""
    event = news.model_validate({"member_id": row.id, "partner_id": row.partner_id, "role": row.role})
    await record(tx, who, event, subject_id=encode("mem", row.id), partner_id=row.partner_id)
