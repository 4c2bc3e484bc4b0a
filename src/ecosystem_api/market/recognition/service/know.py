"""Know a customer: who it certainly is, who it may be, and what rules ask about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.names import compact_name
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.domain import name_keys, sound_core
from ecosystem_api.market.recognition import store
from ecosystem_api.market.recognition.domain import (
    DEFAULT_BAND,
    MOST_CANDIDATES,
    AccountView,
    Band,
    Match,
    Weigh,
    key_weight,
    rank_matches,
    weigh_by_holders,
)
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Row


@dataclass(frozen=True)
class AccountKnowledge:
    """What rules ask about a customer.

    Shape: `versions` holds the account itself, every other that is certainly the same company, and what was merged into
    them, each with the version that was read, if any was; `uncertain` are matches that a person must look at;
    `relatives` are other companies of its family, as confirmed for today or by a domain in common.
    Units: days since the vendor was last active there, -1 for never.
    """

    id: UUID
    country: str
    region: str | None
    is_customer: bool
    vendor_engaged_days: int
    versions: accounts.Versions
    uncertain: tuple[Match, ...]
    relatives: frozenset[UUID]
    custom_fields: Mapping[str, Any]

    @property
    def same_ids(self) -> frozenset[UUID]:
        """All accounts that are certainly this company."""
        return frozenset(self.versions)


async def know_locked(tx: Tx, account_id: UUID, *, besides: Collection[UUID] = ()) -> AccountKnowledge:
    """What rules ask about a customer, with every account that is certainly it locked until the transaction ends.

    Shape: the accounts `besides` are locked together with it.
    Edges: whoever had to wait for a lock reads again what is known, for the one before may have added evidence; if
    that makes one more account the customer, it is locked too. Errors: `NotFound`.
    """
    known = await know_account(tx, account_id)

    async def read_again() -> accounts.Versions:
        nonlocal known
        known = await know_account(tx, account_id)
        return {**dict.fromkeys(besides), **known.versions}

    await accounts.lock_accounts(tx, {**dict.fromkeys(besides), **known.versions}, read_again)
    return known


async def know_account(tx: Tx, account_id: UUID) -> AccountKnowledge:
    """What rules ask about a customer; reads beyond the caller's own rows, so it must not be answered as it is.

    Edges: a merged account is known as the one that stands for it. Errors: `NotFound`.
    """
    async with tx.vendor_wide():
        row = await store.described(tx, account_id)
        if row is None:
            raise NotFound()
        if row["merged_into_id"] is not None:
            return await know_account(tx, row["merged_into_id"])
        family = await accounts.relatives_of(tx, account_id, tx.now.date()) if row["has_ties"] else frozenset[UUID]()
        matches, rows = await candidates_of(tx, _view(row), relatives=family)
        relatives = await accounts.with_former(tx, family | relatives_among(matches))
    same = {match.account_id for match in matches if match.outcome == "same"}
    # Claims made under the id of a merged account count against it still.
    certain = [row, *(found for found in rows if str(found["id"]) in same)]
    engaged = row["vendor_engaged_on"]
    versions: dict[UUID, int | None] = {}
    for found in certain:
        versions |= {found["id"]: found["version"], **dict.fromkeys(found["former_ids"] or ())}
    return AccountKnowledge(
        id=row["id"],
        country=row["country"],
        region=row["region"],
        is_customer=row["is_customer"],
        vendor_engaged_days=max((tx.now.date() - engaged).days, 0) if engaged else -1,
        versions=versions,
        uncertain=tuple(match for match in matches if match.outcome in ("possible", "same_family")),
        relatives=relatives - versions.keys(),
        custom_fields=row["custom_fields"],
    )


def relatives_among(matches: Iterable[Match]) -> frozenset[UUID]:
    """Which of these matches are other companies of one family."""
    return frozenset(UUID(match.account_id) for match in matches if match.outcome == "same_family")


async def candidates_of(
    tx: Tx, subject: AccountView, as_of: date | None = None, relatives: Collection[UUID] = ()
) -> tuple[list[Match], Sequence[Row]]:
    """Known accounts that are, or may be, this company, with the evidence, itself left out; and what is known of each.

    Edges: names and families count as they hold on a day, today if none is named.
    """
    similar, weigh = await _similar(tx, subject)
    shared = store.Shared(
        identifiers=subject.identifiers | {("domain", domain) for domain in subject.domains},
        name_keys=[compact_name(name) for name in (*subject.names, *subject.proposed_names)],
        similar=similar,
        country=subject.country,
        relatives=relatives,
    )
    rows = await store.accounts_sharing(tx, shared, as_of or tx.now.date())
    views = [_view(row) for row in rows]
    ranked = rank_matches(subject, [view for view in views if view.id != subject.id], weigh, _band(rows))
    return [match for match in ranked if match.outcome != "different"], rows


async def _similar(tx: Tx, subject: AccountView) -> tuple[list[UUID], Weigh]:
    """The accounts that share the rarest keys, and what the subject's words weigh among the vendor's accounts."""
    keys = frozenset().union(*map(name_keys, subject.names))
    held = await store.holders_of(tx, keys, UUID(subject.id) if subject.id else UUID(int=0))
    points: dict[UUID, float] = defaultdict(float)
    for count, account_ids in held.values():
        for account_id in account_ids:
            points[account_id] += key_weight(count)
    words = {sound_core(word) for name in subject.names for word in name.split()}
    weigh = weigh_by_holders({core: held[core][0] if core in held else 0 for core in words})
    return sorted(points, key=lambda account_id: (-points[account_id], account_id))[:MOST_CANDIDATES], weigh


def _band(rows: Sequence[Row]) -> Band:
    if not rows or rows[0]["review_floor"] is None:
        return DEFAULT_BAND
    return Band(rows[0]["review_floor"], rows[0]["auto_link_score"])


def _view(row: Row) -> AccountView:
    pairs = [(kind, value) for kind, value in row["identifiers"] or ()]
    spelled = row["aliases"] or ()
    return AccountView(
        id=str(row["id"]),
        names=(row["normal_name"], *(name for name, standing in spelled if standing == "confirmed")),
        display_name=row["name"],
        country=row["country"],
        domains=frozenset(value for kind, value in pairs if kind == "domain"),
        identifiers=frozenset(pair for pair in pairs if pair[0] != "domain"),
        parent_id=str(row["parent_id"]) if row["parent_id"] else None,
        distinct_ids=frozenset(map(str, row["distinct_ids"] or ())),
        proposed_names=tuple(name for name, standing in spelled if standing == "proposed"),
    )
