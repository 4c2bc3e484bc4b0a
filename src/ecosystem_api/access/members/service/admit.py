"""Let a person in whom a trusted issuer has vouched for: known, added beforehand, or just in time."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.access.members import store
from ecosystem_api.access.members.domain import PARTNER_SIDE
from ecosystem_api.access.members.errors import PersonNotAdmitted
from ecosystem_api.access.members.events import MemberAdded, MemberUpdated
from ecosystem_api.access.members.service.manage import tell
from ecosystem_api.access.members.tables import MemberRow
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx, constraint_name


@dataclass(frozen=True)
class Arrival:
    """A person as an issuer tells of them, after its rules: only what may be believed.

    `email` is None unless it is verified and of an allowed domain; `email_fault` then says why. `rule_role` is what a
    rule gave; `default_role` what those get whom no rule names. `own_partner_id` is set where the issuer is a
    partner's: its word reaches this partner's people only.
    """

    issuer_id: UUID
    subject: str
    email: str | None
    email_fault: str | None
    display_name: str | None
    rule_role: str | None
    default_role: str | None
    partner_id: UUID | None
    own_partner_id: UUID | None
    may_provision: bool
    most_members: int


@dataclass(frozen=True)
class Admitted:
    """Who was let in, and as what."""

    member_id: UUID
    partner_id: UUID | None
    role: Role


async def is_known(tx: Tx, issuer_id: UUID, subject: str) -> bool:
    """Whether an issuer has vouched for this subject before."""
    return await store.find_identity(tx, issuer_id, subject) is not None


async def admit(tx: Tx, who: Caller, arrival: Arrival) -> Admitted:
    """Let the person in with the role that the rules give now. Errors: `PersonNotAdmitted`.

    The caller holds the issuer's row, so that two first sign-ins and a change of rules come one after the other.
    """
    row = await store.find_identity(tx, arrival.issuer_id, arrival.subject, is_locked=True)
    if row is None:
        row = await _bind(tx, arrival) or await _provision(tx, who, arrival)
    if row.status != "active":
        raise PersonNotAdmitted("deactivated")
    if await _follow_rules(tx, row, arrival):
        await tell(tx, who, row, MemberUpdated)
    row.is_admitted, row.last_seen_at = True, tx.now
    await _flush(tx)
    return Admitted(row.id, row.partner_id, Role(row.role))


async def dismiss_all_of(tx: Tx, issuer_id: UUID) -> None:
    """Have everybody of an issuer judged anew: their tokens end with this transaction."""
    await store.dismiss(tx, issuer_id)


async def _bind(tx: Tx, arrival: Arrival) -> MemberRow | None:
    """The person somebody has added under this very address, bound to the issuer from now on; None if nobody has."""
    if arrival.email is None:
        raise PersonNotAdmitted(arrival.email_fault or "email_missing")  # type: ignore[arg-type]
    row = await store.find_email(tx, arrival.email)
    if row is None:
        return None
    # An address alone takes nobody over: neither who is bound already, nor whom a partner's issuer cannot speak for.
    is_reachable = arrival.own_partner_id is None or row.partner_id == arrival.own_partner_id
    if row.issuer_id is not None or not is_reachable:
        raise PersonNotAdmitted("identity_taken")
    row.issuer_id, row.subject = arrival.issuer_id, arrival.subject
    touch(row, tx.now)
    return row


async def _provision(tx: Tx, who: Caller, arrival: Arrival) -> MemberRow:
    if not arrival.may_provision:
        raise PersonNotAdmitted("not_provisioned")
    role = arrival.rule_role or arrival.default_role
    if role is None:
        raise PersonNotAdmitted("no_role")
    if await store.count_of_issuer(tx, arrival.issuer_id) >= arrival.most_members:
        raise PersonNotAdmitted("member_limit")
    assert arrival.email is not None, "binding comes first and refuses without an address"
    row = MemberRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=_partner_for(role, arrival),
        email=arrival.email,
        display_name=arrival.display_name or arrival.email.partition("@")[0],
        role=role,
        role_from="issuer",
        issuer_id=arrival.issuer_id,
        subject=arrival.subject,
        status="active",
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(row)
    await _flush(tx)
    await tell(tx, who, row, MemberAdded)
    return row


async def _follow_rules(tx: Tx, row: MemberRow, arrival: Arrival) -> bool:
    """Give the role of the rules; whether that changed anything. Edges: an assigned role stays where no rule speaks."""
    role = arrival.rule_role
    if role is None and row.role_from == "issuer":
        role = arrival.default_role
        if role is None:
            raise PersonNotAdmitted("no_role")
    if role is None:
        return False
    partner_id = _partner_for(role, arrival)
    if (row.role, row.partner_id, row.role_from) == (role, partner_id, "issuer"):
        return False
    row.role, row.partner_id, row.role_from = role, partner_id, "issuer"
    touch(row, tx.now)
    await _flush(tx)
    return True


def _partner_for(role: str, arrival: Arrival) -> UUID | None:
    if role not in PARTNER_SIDE:
        return None
    if arrival.partner_id is None:
        raise PersonNotAdmitted("partner_unknown")
    return arrival.partner_id


async def _flush(tx: Tx) -> None:
    try:
        await tx.flush()
    except IntegrityError as error:
        if "partners" in (constraint_name(error) or ""):
            raise PersonNotAdmitted("partner_unknown") from None
        raise
