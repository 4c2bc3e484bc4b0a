"""Make, narrow, rotate and revoke credentials."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.access.clients import store
from ecosystem_api.access.clients.domain import public_client_id
from ecosystem_api.access.clients.errors import ClientRevokedAlready, ScopesNotGrantable
from ecosystem_api.access.clients.events import ClientCreated, ClientRevoked, ClientRotated, ClientUpdated
from ecosystem_api.access.clients.schemas import (
    ClientCreate,
    ClientRead,
    ClientRotate,
    ClientUpdate,
    ClientWithSecret,
    SecretRead,
)
from ecosystem_api.access.clients.tables import ClientRow, ClientSecretRow
from ecosystem_api.access.members.domain import judge_role
from ecosystem_api.access.members.service import partner_unknown
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.paging import Page, Paging, page_of
from ecosystem_api.runtime.http.preconditions import expect_version
from ecosystem_api.runtime.ledger import Event, record
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import hash_secret, new_client_secret


async def create_client(tx: Tx, who: Caller, body: ClientCreate, machinery: Machinery) -> ClientWithSecret:
    """Make a credential and show its secret once.

    Errors: `RoleNotGrantable`, `RoleAndPartnerDisagree`, `ScopesNotGrantable`, `PartnerUnknown`, `RecordMerged`,
    `InvalidRequest` for unknown scopes and versions.
    """
    partner_id = body.partner_id or (who.partner_id if body.role.startswith("partner_") else None)
    judge_role(who.partner_id, body.role, partner_id)
    _judge_scopes(body.scopes, machinery)
    _judge_version(body.ecosystem_version, machinery)
    judge_reach(who, body.role, body.scopes, machinery)
    if partner_id is not None:
        await machinery.catalog.know_partner(tx, partner_id)
    row = ClientRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        name=body.name,
        role=body.role,
        scopes=sorted(set(body.scopes)),
        status="active",
        ecosystem_version=body.ecosystem_version or machinery.catalog.versions.newest,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        raise partner_unknown(error) from None
    secret = await _add_secret(tx, row, machinery)
    await tell(tx, who, row, ClientCreated)
    return await _with_secret(tx, row, secret)


async def get_client(tx: Tx, client_id: UUID) -> ClientRead:
    """One credential. Errors: `NotFound`."""
    row = await store.find_client(tx, client_id)
    if row is None:
        raise NotFound()
    return read_client(row, await store.live_secrets(tx, [row.id]))


async def list_clients(tx: Tx, paging: Paging, *, partner_id: UUID | None, status: str | None) -> Page[ClientRead]:
    """Credentials the caller may see, newest first."""
    statement = store.clients(tx, partner_id=partner_id, status=status)
    page = await page_of(tx, statement, paging, [(ClientRow.id, True)], lambda row: row)
    secrets = await store.live_secrets(tx, [row.id for row in page.data])
    read = [read_client(row, [s for s in secrets if s.client_id == row.id]) for row in page.data]
    return Page(data=read, next_cursor=page.next_cursor)


async def update_client(
    tx: Tx, who: Caller, client_id: UUID, body: ClientUpdate, if_match: str | None, machinery: Machinery
) -> ClientRead:
    """Rename a credential or change its scopes.

    Errors: `NotFound`, `PreconditionFailed`, `InvalidRequest`, `ScopesNotGrantable`.
    """
    row = await get_locked(tx, client_id)
    expect_version(if_match, row.version)
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    if changes.get("scopes") is not None:
        _judge_scopes(changes["scopes"], machinery)
        judge_reach(who, row.role, changes["scopes"], machinery)
        changes["scopes"] = sorted(set(changes["scopes"]))
    _judge_version(changes.get("ecosystem_version"), machinery)
    if apply_changes(row, changes, required={"name", "scopes", "ecosystem_version"}, now=tx.now):
        await tell(tx, who, row, ClientUpdated)
        await tx.flush()
    return read_client(row, await store.live_secrets(tx, [row.id]))


async def rotate_client(
    tx: Tx, who: Caller, client_id: UUID, body: ClientRotate, machinery: Machinery
) -> ClientWithSecret:
    """Give a new secret; the old ones end after the overlap, and keys, where it used such, at once.

    Errors: `NotFound`, `ClientRevokedAlready`, `ScopesNotGrantable`: who sees the secret holds what it opens.
    """
    row = await get_locked(tx, client_id)
    if row.status == "revoked":
        raise ClientRevokedAlready()
    judge_reach(who, row.role, row.scopes, machinery)
    row.jwks = row.jwks_uri = None
    ends = tx.now + timedelta(hours=body.overlap_hours)
    for secret in await store.live_secrets(tx, [row.id]):
        secret.expires_at = min(secret.expires_at or ends, ends)
    touch(row, tx.now)
    shown = await _add_secret(tx, row, machinery)
    await tell(tx, who, row, ClientRotated)
    return await _with_secret(tx, row, shown)


async def revoke_client(tx: Tx, who: Caller, client_id: UUID) -> ClientRead:
    """End a credential for good, its tokens included. Errors: `NotFound`, `ClientRevokedAlready`."""
    row = await get_locked(tx, client_id)
    if row.status == "revoked":
        raise ClientRevokedAlready()
    for secret in await store.live_secrets(tx, [row.id]):
        secret.expires_at = tx.now
    row.status = "revoked"
    touch(row, tx.now)
    await tell(tx, who, row, ClientRevoked)
    await tx.flush()
    return read_client(row, [])


async def revoke_all_of(tx: Tx, who: Caller, partner_id: UUID) -> None:
    """End every credential of a partner."""
    statement = store.clients(tx, partner_id=partner_id, status="active").order_by(ClientRow.id)
    for row in list(await tx.session.scalars(statement)):
        await revoke_client(tx, who, row.id)


async def get_locked(tx: Tx, client_id: UUID) -> ClientRow:
    """The row of a credential, held for a change. Errors: `NotFound`."""
    row = await store.find_client(tx, client_id, is_locked=True)
    if row is None:
        raise NotFound()
    return row


async def _add_secret(tx: Tx, row: ClientRow, machinery: Machinery) -> str:
    secret = new_client_secret()
    hashed = hash_secret(secret, machinery.settings.derive("client-secrets"))
    await tx.insert(
        ClientSecretRow(
            vendor_id=tx.vendor_id,
            id=new_uuid(),
            partner_id=row.partner_id,
            client_id=row.id,
            hashed=hashed,
            ends_with=secret[-4:],
            created_at=tx.now,
        )
    )
    return secret


def _judge_scopes(scopes: Sequence[str], machinery: Machinery) -> None:
    unknown = sorted(set(scopes) - machinery.catalog.grants.keys())
    if unknown:
        known = ", ".join(sorted(machinery.catalog.grants))
        errors = [FieldError("/scopes", "unknown_scope", f"{name} is not a grant; known: {known}.") for name in unknown]
        raise InvalidRequest(errors=errors)


def _judge_version(version: str | None, machinery: Machinery) -> None:
    known = machinery.catalog.versions.known
    if version is not None and version not in known:
        detail = f"Not a version that is served; known: {', '.join(known)}."
        raise InvalidRequest(errors=[FieldError("/ecosystem_version", "unknown_version", detail)])


def judge_reach(who: Caller, role: str, scopes: Sequence[str], machinery: Machinery) -> None:
    """Who makes a credential holds what it may do.

    Without this, a credential narrowed to `clients:write` could make itself one that is not."""
    if who.role is Role.SYSTEM:
        return
    granted = machinery.catalog.permissions(Role(role))
    beyond = sorted((granted & set(scopes) if scopes else granted) - who.scopes)
    if beyond:
        raise ScopesNotGrantable(f"This credential does not hold {', '.join(beyond)}.", permissions=beyond)


def _fields(row: ClientRow, secrets: Sequence[ClientSecretRow]) -> dict[str, Any]:
    names = (
        "id",
        "partner_id",
        "name",
        "role",
        "scopes",
        "status",
        "jwks_uri",
        "ecosystem_version",
        "last_used_at",
        "version",
        "created_at",
        "updated_at",
    )
    fields = {name: getattr(row, name) for name in names}
    shown = [SecretRead.model_validate(secret, from_attributes=True) for secret in secrets]
    keys = [{"kid": key["kid"], "algorithm": key["alg"]} for key in (row.jwks or {}).get("keys", [])]
    authentication = "private_key_jwt" if keys or row.jwks_uri else "client_secret"
    public_id = public_client_id(row.id, row.vendor_id)
    return {**fields, "client_id": public_id, "secrets": shown, "keys": keys, "authentication": authentication}


def read_client(row: ClientRow, secrets: Sequence[ClientSecretRow]) -> ClientRead:
    """A credential as it is shown: never a secret."""
    return ClientRead.model_validate(_fields(row, secrets))


async def _with_secret(tx: Tx, row: ClientRow, secret: str) -> ClientWithSecret:
    await tx.flush()
    fields = _fields(row, await store.live_secrets(tx, [row.id]))
    return ClientWithSecret.model_validate({**fields, "client_secret": secret})


async def tell(tx: Tx, who: Caller, row: ClientRow, news: type[Event]) -> None:
    """Record news of a credential."""
    event = news.model_validate({"client_id": row.id, "partner_id": row.partner_id, "role": row.role})
    await record(tx, who, event, subject_id=encode("cli", row.id), partner_id=row.partner_id)
