"""Trust an identity provider, change what its people may do, end the trust."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.access.issuers import store
from ecosystem_api.access.issuers.domain import ClaimRules, Rule, faults_of, public_issuer_id
from ecosystem_api.access.issuers.errors import IssuerAddressRefused, IssuerBeyondReach, MappingRefused
from ecosystem_api.access.issuers.events import IssuerAdded, IssuerDeactivated, IssuerReactivated, IssuerUpdated
from ecosystem_api.access.issuers.schemas import IssuerCheck, IssuerCreate, IssuerRead, IssuerUpdate, KeyRead, RoleRule
from ecosystem_api.access.issuers.tables import IssuerRow, IssuerRuleRow
from ecosystem_api.access.members import service as members
from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.egress import EgressRefused, read_target
from ecosystem_api.runtime.http.paging import Page, Paging, page_of
from ecosystem_api.runtime.http.preconditions import expect_version
from ecosystem_api.runtime.keysets import KeysUnavailable
from ecosystem_api.runtime.ledger import Event, record
from ecosystem_api.runtime.machinery import Machinery

_FIELDS = (
    "id", "partner_id", "name", "issuer", "audiences", "algorithm", "token_type", "claims", "default_role",
    "provisions_members", "most_members", "email_domains", "trusts_emails", "status", "version", "created_at",
    "updated_at",
)  # fmt: skip
_NEEDED = frozenset(IssuerUpdate.model_fields) - {"default_role"}


async def add_issuer(tx: Tx, who: Caller, body: IssuerCreate, machinery: Machinery) -> IssuerRead:
    """Trust an identity provider.

    Errors: `IssuerAddressRefused`, `MappingRefused`, `IssuerBeyondReach`, `PartnerUnknown`, `RecordMerged`.
    """
    partner_id = body.partner_id or who.partner_id
    _judge_reach(who, partner_id, machinery)
    _judge_address(body.issuer, machinery)
    values = body.model_dump(exclude={"rules", "partner_id"})
    row = IssuerRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        status="active",
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **values,
    )
    rules = _placed(row, body.rules)
    _judge(row, rules)
    await _insert(tx, row, machinery, pointer="/partner_id")
    written = await _write_rules(tx, row, rules, machinery)
    await _tell(tx, who, row, IssuerAdded)
    return _read(row, written)


async def get_issuer(tx: Tx, issuer_id: UUID) -> IssuerRead:
    """One trusted issuer. Errors: `NotFound`."""
    row = await _get(tx, issuer_id)
    return _read(row, await store.rules_of(tx, [row.id]))


async def list_issuers(tx: Tx, paging: Paging, *, partner_id: UUID | None, status: str | None) -> Page[IssuerRead]:
    """Trusted issuers the caller may see, newest first."""
    statement = store.issuers(tx, partner_id=partner_id, status=status)
    page = await page_of(tx, statement, paging, [(IssuerRow.id, True)], lambda row: row)
    rules = await store.rules_of(tx, [row.id for row in page.data])
    read = [_read(row, [rule for rule in rules if rule.issuer_id == row.id]) for row in page.data]
    return Page(data=read, next_cursor=page.next_cursor)


async def update_issuer(
    tx: Tx, who: Caller, issuer_id: UUID, body: IssuerUpdate, if_match: str | None, machinery: Machinery
) -> IssuerRead:
    """Change the trust; unless only its name changed, everybody of the issuer signs in anew.

    Errors: `NotFound`, `PreconditionFailed`, `MappingRefused`, `IssuerBeyondReach`, `PartnerUnknown`, `RecordMerged`.
    """
    row = await _get(tx, issuer_id, is_locked=True)
    _judge_reach(who, row.partner_id, machinery)
    expect_version(if_match, row.version)
    changes = _changes(body)
    old = await store.rules_of(tx, [row.id])
    before = [Rule(rule.value, rule.role, rule.partner_id) for rule in old]
    rules = before if body.rules is None else _placed(row, body.rules)
    changed = apply_changes(row, changes, required=_NEEDED, now=tx.now)
    if rules != before:
        if not changed:
            touch(row, tx.now)
        changed.append("/rules")
    _judge(row, rules)
    if rules != before:
        await store.drop_rules(tx, row.id)
        old = await _write_rules(tx, row, rules, machinery)
    if changed:
        if changed != ["/name"]:
            await members.dismiss_all_of(tx, row.id)
        await _tell(tx, who, row, IssuerUpdated, changed=changed)
        await tx.flush()
    return _read(row, old)


async def set_active(tx: Tx, who: Caller, issuer_id: UUID, machinery: Machinery, *, is_active: bool) -> IssuerRead:
    """Trust an issuer again, or no longer: its people's tokens end with this transaction.

    Errors: `NotFound`, `IllegalMove` when it is so already, `IssuerBeyondReach` for trusting it again.
    """
    row = await _get(tx, issuer_id, is_locked=True)
    if is_active:
        _judge_reach(who, row.partner_id, machinery)
    return await _set_active(tx, who, row, is_active=is_active)


async def deactivate_all_of(tx: Tx, who: Caller, partner_id: UUID) -> None:
    """Trust no identity provider of a partner any more."""
    statement = store.issuers(tx, partner_id=partner_id, status="active").order_by(IssuerRow.id).with_for_update()
    for row in list(await tx.session.scalars(statement)):
        await _set_active(tx, who, row, is_active=False)


async def check_issuer(tx: Tx, issuer_id: UUID, machinery: Machinery) -> IssuerCheck:
    """Ask the identity provider for its keys now, past everything that is kept. Errors: `NotFound`."""
    row = await _get(tx, issuer_id)
    try:
        found = await machinery.keysets.discover(row.issuer)
    except KeysUnavailable as error:
        return IssuerCheck(is_usable=False, detail=error.sentence, keys=[])
    serving = sum(key.algorithm == row.algorithm for key in found)
    said = f"The issuer publishes {counted(serving, 'key')} for {row.algorithm}."
    keys = [KeyRead(kid=key.kid, algorithm=key.algorithm) for key in found]
    return IssuerCheck(is_usable=serving > 0, detail=said, keys=keys)


def rules_for(row: IssuerRow, rules: Sequence[IssuerRuleRow | Rule]) -> ClaimRules:
    """How this issuer's claims are read."""
    return ClaimRules(
        claims=row.claims,
        rules=[Rule(rule.value, rule.role, rule.partner_id) for rule in rules],
        default_role=row.default_role,
        own_partner_id=row.partner_id,
        email_domains=frozenset(row.email_domains),
        trusts_emails=row.trusts_emails,
    )


async def _get(tx: Tx, issuer_id: UUID, *, is_locked: bool = False) -> IssuerRow:
    row = await store.find_issuer(tx, issuer_id, lock="update" if is_locked else None)
    if row is None:
        raise NotFound()
    return row


async def _set_active(tx: Tx, who: Caller, row: IssuerRow, *, is_active: bool) -> IssuerRead:
    target = "active" if is_active else "deactivated"
    if row.status == target:
        other = "deactivate" if is_active else "reactivate"
        raise IllegalMove(f"The issuer is {target} already.", allowed_actions=[other])
    row.status = target
    touch(row, tx.now)
    await members.dismiss_all_of(tx, row.id)
    await _tell(tx, who, row, IssuerReactivated if is_active else IssuerDeactivated)
    await tx.flush()
    return _read(row, await store.rules_of(tx, [row.id]))


def _judge(row: IssuerRow, rules: Sequence[Rule]) -> None:
    faults = faults_of(rules_for(row, rules))
    if row.provisions_members and not row.email_domains:
        faults.append(("/email_domains", "Name the domains of those who may become members by themselves."))
    if faults:
        raise MappingRefused(errors=[FieldError(place, "mapping", said) for place, said in faults])


def _judge_address(issuer: str, machinery: Machinery) -> None:
    said = None
    if "?" in issuer:
        said = "An issuer's address has no query."
    try:
        read_target(issuer, machinery.settings.egress_policy)
    except EgressRefused as refused:
        said = refused.sentence
    if said:
        raise IssuerAddressRefused(errors=[FieldError("/issuer", "address_refused", said)])


def _judge_reach(who: Caller, partner_id: UUID | None, machinery: Machinery) -> None:
    """Without this, a credential narrowed to `issuers:write` could sign itself in as an admin."""
    if who.role is Role.SYSTEM:
        return
    if who.partner_id is not None and partner_id != who.partner_id:
        raise IssuerBeyondReach("A partner's admin trusts providers for its own partner only.", permissions=[])
    strongest = Role.ADMIN if partner_id is None else Role.PARTNER_ADMIN
    beyond = sorted(machinery.catalog.permissions(strongest) - who.scopes)
    if beyond:
        raise IssuerBeyondReach(f"This credential does not hold {', '.join(beyond)}.", permissions=beyond)


def _changes(body: IssuerUpdate) -> dict[str, Any]:
    """What was sent, but for the rules; claims are replaced whole. Rules of null stay, to be refused like the rest."""
    changes = body.model_dump(exclude_unset=True)
    if body.claims is not None:
        changes["claims"] = body.claims.model_dump()
    if body.rules is not None:
        del changes["rules"]
    return changes


def _placed(row: IssuerRow, rules: Sequence[RoleRule]) -> list[Rule]:
    """A partner's rules name that partner, also where it went without saying."""
    return [Rule(rule.value, rule.role, rule.partner_id or row.partner_id) for rule in rules]


async def _write_rules(tx: Tx, row: IssuerRow, rules: Sequence[Rule], machinery: Machinery) -> list[IssuerRuleRow]:
    written = []
    for place, rule in enumerate(rules):
        written.append(
            IssuerRuleRow(
                vendor_id=tx.vendor_id,
                id=new_uuid(),
                issuer_id=row.id,
                partner_id=rule.partner_id,
                position=place,
                value=rule.value,
                role=rule.role,
            )
        )
        await _insert(tx, written[-1], machinery, pointer=f"/rules/{place}/partner_id")
    return written


async def _insert(tx: Tx, row: IssuerRow | IssuerRuleRow, machinery: Machinery, *, pointer: str) -> None:
    if row.partner_id is not None:
        await machinery.catalog.know_partner(tx, row.partner_id)
    try:
        await tx.insert(row)
    except IntegrityError as error:
        raise members.partner_unknown(error, pointer) from None


def _read(row: IssuerRow, rules: Sequence[IssuerRuleRow]) -> IssuerRead:
    fields = {name: getattr(row, name) for name in _FIELDS}
    shown = [{"value": rule.value, "role": rule.role, "partner_id": rule.partner_id} for rule in rules]
    return IssuerRead.model_validate({**fields, "rules": shown, "client_id": public_issuer_id(row.id, row.vendor_id)})


async def _tell(tx: Tx, who: Caller, row: IssuerRow, news: type[Event], **more: Any) -> None:
    event = news.model_validate({"issuer_id": row.id, "partner_id": row.partner_id, "issuer": row.issuer, **more})
    await record(tx, who, event, subject_id=encode("iss", row.id), partner_id=row.partner_id)
