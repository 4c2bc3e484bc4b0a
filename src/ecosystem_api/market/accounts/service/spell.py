"""Keep the other names of an account: given, imported, brought by a merge, or seen and then confirmed by a person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.domain import Span
from ecosystem_api.market.accounts.errors import AliasKnown, AlreadyDecided
from ecosystem_api.market.accounts.events import (
    AccountAliasConfirmed,
    AccountAliasEvent,
    AccountAliasProposed,
    AccountAliasRefused,
    AccountAliasUpdated,
)
from ecosystem_api.market.accounts.schemas import AccountAliasCreate, AccountAliasRead, AccountSpanUpdate
from ecosystem_api.market.accounts.service.relate import holds_on, note_standing, refuse_unknown, span_of
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.tables import AccountAliasRow, AccountRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record

MOST_OBSERVED = 50  # of one account; who spells a name in a hundred ways tells nothing by one more


async def add_alias(tx: Tx, who: Caller, body: AccountAliasCreate) -> AccountAliasRead:
    """Say what else an account is called, and when; whoever says so confirms it.

    Errors: `InvalidRequest` for an unknown account, `RecordMerged`, `SpanEmpty`, `AliasKnown`.
    """
    span = span_of(body.from_on, body.until_on)
    await refuse_unknown(tx, body.account_id, "/account_id")
    account = await store.find_account(tx, body.account_id, is_locked=True)
    assert account is not None, "it was found in this transaction"
    row = alias_of(tx, account.id, body.name, source="given", span=span)
    if row.name_key == account.name_key:
        raise AliasKnown(errors=[FieldError("/name", "alias_known", "It is the name of the account itself.")])
    note_standing(tx, who, row, "confirmed")
    try:
        async with tx.session.begin_nested():
            await tx.insert(row)
    except IntegrityError as error:
        if not (constraint_name(error) or "").startswith("uq_account_aliases"):
            raise
        detail = "The account has this name already, perhaps proposed or refused: change or confirm that one."
        raise AliasKnown(errors=[FieldError("/name", "alias_known", detail)]) from None
    await keep_findable(tx, account)
    await _tell(tx, who, row, AccountAliasConfirmed)
    return AccountAliasRead.model_validate(row)


async def list_aliases(
    tx: Tx, paging: Paging, *, account_id: UUID | None, standing: str | None
) -> Page[AccountAliasRead]:
    """Other names, newest first: of one account, or of all."""
    statement = store.aliases(tx, account_id, standing)
    return await page_of(tx, statement, paging, [(AccountAliasRow.id, True)], AccountAliasRead.model_validate)


async def get_alias(tx: Tx, alias_id: UUID) -> AccountAliasRead:
    """One other name. Errors: `NotFound`."""
    return AccountAliasRead.model_validate(await _get(tx, alias_id))


async def update_alias(
    tx: Tx, who: Caller, alias_id: UUID, body: AccountSpanUpdate, if_match: str | None
) -> AccountAliasRead:
    """Change from when until when an account is called so. Errors: `NotFound`, `PreconditionFailed`, `SpanEmpty`."""
    row = await _get(tx, alias_id, is_locked=True)
    expect_version(if_match, row.version)
    changed = apply_changes(row, body.model_dump(exclude_unset=True), required=(), now=tx.now)
    span_of(row.from_on, row.until_on)
    if changed:
        event = AccountAliasUpdated(alias_id=row.id, account_id=row.account_id, changed=changed)
        await record(tx, who, event, subject_id=encode("aal", row.id))
        await tx.flush()
    return AccountAliasRead.model_validate(row)


async def decide_alias(tx: Tx, who: Caller, alias_id: UUID, standing: str, if_match: str | None) -> AccountAliasRead:
    """Confirm or refuse a name; what was decided can be decided otherwise.

    Errors: `NotFound`, `AlreadyDecided`, `PreconditionFailed`.
    """
    row = await _get(tx, alias_id, is_locked=True)
    if row.standing == standing:
        raise AlreadyDecided(f"The name is {standing} already.")
    expect_version(if_match, row.version)
    note_standing(tx, who, row, standing)
    touch(row, tx.now)
    await tx.flush()
    account = await store.find_account(tx, row.account_id)
    if account is not None and account.merged_into_id is None:
        await keep_findable(tx, account)
    await _tell(tx, who, row, AccountAliasConfirmed if standing == "confirmed" else AccountAliasRefused)
    return AccountAliasRead.model_validate(row)


async def observe_alias(tx: Tx, who: Caller, account_id: UUID, name: str) -> None:
    """Somebody called an account so that is certainly it by other evidence: the name is proposed.

    Edges: nothing happens for a name that the account has, was refused, or when so many are proposed already.
    """
    account = await store.find_account(tx, account_id)
    if account is None:
        return
    row = alias_of(tx, account.id, name, source="observed")
    known = await store.all_aliases_of(tx, account.id)
    is_known = row.name_key in {account.name_key, *(one.name_key for one in known)}
    if is_known or sum(one.standing == "proposed" for one in known) >= MOST_OBSERVED:
        return
    row.standing = "proposed"
    await tx.insert(row)
    await keep_findable(tx, account)
    await _tell(tx, who, row, AccountAliasProposed)


def confirmed_aliases(
    tx: Tx, who: Caller, account_id: UUID, names: Sequence[str], *, source: str
) -> list[AccountAliasRow]:
    """Rows for names that the caller stands for; of those that compare alike the last one."""
    rows = {row.name_key: row for row in (alias_of(tx, account_id, name, source=source) for name in names)}
    for row in rows.values():
        note_standing(tx, who, row, "confirmed")
    return [row for key, row in rows.items() if key]


async def replace_aliases(tx: Tx, who: Caller, account: AccountRow, names: Sequence[str]) -> None:
    """From now on an account has these other names: those it had stay as they are, and others that hold today go.

    Edges: one that was proposed or refused is confirmed by being named; what holds on other days is left alone.
    """
    wanted = {row.name_key: row for row in confirmed_aliases(tx, who, account.id, names, source="given")}
    for row in await store.all_aliases_of(tx, account.id):
        named = wanted.pop(row.name_key, None)
        if named is None and row.standing == "confirmed" and holds_on(row, tx.now.date()):
            await tx.session.delete(row)
        elif named is not None:
            _rename(tx, who, row, named.name)
    await tx.flush()
    await tx.insert(*wanted.values())


def alias_of(tx: Tx, account_id: UUID, name: str, *, source: str, span: Span | None = None) -> AccountAliasRow:
    """A name of an account that nobody has decided about yet."""
    normal, span = normal_name(name), span or Span()
    return AccountAliasRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        account_id=account_id,
        name=name,
        normal_name=normal,
        name_key=compact_name(normal),
        from_on=span.from_on,
        until_on=span.until_on,
        source=source,
        standing="proposed",
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _rename(tx: Tx, who: Caller, row: AccountAliasRow, name: str) -> None:
    is_new = row.standing != "confirmed" or not holds_on(row, tx.now.date())
    if is_new:
        note_standing(tx, who, row, "confirmed")
        row.from_on = row.until_on = None
    if is_new or row.name != name:
        row.name, row.normal_name = name, normal_name(name)
        touch(row, tx.now)


async def confirm_alias(tx: Tx, who: Caller, row: AccountAliasRow) -> None:
    """Somebody stands for a name that was not confirmed: it counts from now on, and that is told."""
    note_standing(tx, who, row, "confirmed")
    touch(row, tx.now)
    await tx.flush()
    await _tell(tx, who, row, AccountAliasConfirmed)


async def _get(tx: Tx, alias_id: UUID, *, is_locked: bool = False) -> AccountAliasRow:
    row = await store.find_alias(tx, alias_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def _tell(tx: Tx, who: Caller, row: AccountAliasRow, kind: type[AccountAliasEvent]) -> None:
    await record(tx, who, kind(alias_id=row.id, account_id=row.account_id), subject_id=encode("aal", row.id))
