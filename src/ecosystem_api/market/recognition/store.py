"""Queries of recognition: what accounts are known by, how sure a match must be, what a person has told apart."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.recognition.domain import COMMON
from ecosystem_api.market.recognition.tables import AccountDistinctionRow, AccountMatchingRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import Row, Statement


def _told_apart(tx: Any, found: Select[Any]) -> Select[Any]:
    """With each account those that a person has said to be another company."""
    row = AccountDistinctionRow
    others = scoped(tx, row, func.array_agg(row.other_id)).where(row.account_id == found.selected_columns.id)
    return found.add_columns(others.scalar_subquery().label("distinct_ids"))


def _alike(tx: Any) -> Select[Any]:
    row = AccountMatchingRow
    band = [
        scoped(tx, row, column).scalar_subquery().label(column.key)
        for column in (row.review_floor, row.auto_link_score)
    ]
    return _told_apart(tx, accounts.describing_alike(tx)).add_columns(*band)


_ONE = Statement(lambda tx: _told_apart(tx, accounts.describing_one(tx)))
_ALIKE = Statement(_alike)
_HOLDING = Statement(lambda tx: accounts.holding_keys(tx, most=COMMON))


@dataclass(frozen=True, slots=True)
class Shared:
    """What may tell that two accounts are one customer.

    Shape: `identifiers` are (kind, value), `name_keys` whole names without spaces, `similar` accounts called alike: of
    these only relatives and those of the country count, for abroad a name that is merely similar is another company's.
    """

    identifiers: Collection[tuple[str, str]]
    name_keys: Collection[str]
    similar: Collection[UUID]
    country: str | None
    relatives: Collection[UUID]


async def described(tx: Tx, account_id: UUID) -> Row | None:
    """One account the caller may see, with its identifiers, aliases and parent as of today."""
    return await _ONE.row(tx, account_id=account_id, on_day=tx.now.date())


async def accounts_sharing(tx: Tx, shared: Shared, day: date) -> Sequence[Row]:
    """Accounts that share something with one: what may be one customer on a day.

    Shape: each with the vendor's `review_floor` and `auto_link_score`, None while it has not said any.
    """
    given = {
        "kinds": [kind for kind, _ in shared.identifiers],
        "values": [value for _, value in shared.identifiers],
        "name_keys": list(shared.name_keys),
        "similar": list(shared.similar),
        "country": shared.country,
        "relatives": list(shared.relatives),
    }
    return await _ALIKE.rows(tx, on_day=day, **given)


async def holders_of(tx: Tx, name_keys: Collection[str], without: UUID) -> dict[str, tuple[int, Sequence[UUID]]]:
    """How many accounts but one have each of these keys, counted to just beyond `COMMON`, and which: none beyond."""
    found = await _HOLDING.rows(tx, name_keys=sorted(name_keys), without=without)
    return {row["key"]: (row["count"], row["account_ids"] or ()) for row in found}


async def find_matching(tx: Tx) -> AccountMatchingRow | None:
    """How sure the vendor wants a match to be, locked; None while it has not said."""
    found: AccountMatchingRow | None = await tx.session.scalar(scoped(tx, AccountMatchingRow).with_for_update())
    return found


async def distinguish(tx: Tx, who: Caller, one_id: UUID, other_id: UUID, *, reason: str, note: str | None) -> None:
    """Remember that a person holds two accounts for two companies, and why."""
    said = {
        "vendor_id": tx.vendor_id,
        "reason": reason,
        "note": note,
        "actor_type": who.actor_type,
        "actor_id": who.actor_id,
        "said_at": tx.now,
    }
    pairs = [{"account_id": one_id, "other_id": other_id}, {"account_id": other_id, "other_id": one_id}]
    await tx.session.execute(
        insert(AccountDistinctionRow).values([said | pair for pair in pairs]).on_conflict_do_nothing()
    )


async def forget_distinction(tx: Tx, one_id: UUID, other_id: UUID) -> None:
    """Two accounts that become one are not two companies, whatever was said before."""
    row, both = AccountDistinctionRow, (one_id, other_id)
    gone = delete(row).where(row.vendor_id == tx.vendor_id, row.account_id.in_(both), row.other_id.in_(both))
    await tx.session.execute(gone.execution_options(synchronize_session=False))
