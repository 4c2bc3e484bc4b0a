"""Change a registration after it was submitted: what a change would make of it, and what follows when it applies."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.money import Money
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import plan_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import AMENDABLE_STATUSES, OPEN_STAGES, RESOURCE
from ecosystem_api.selling.deals.errors import NotAmendable
from ecosystem_api.selling.deals.events import DealAmended
from ecosystem_api.selling.deals.schemas import DealUpdate
from ecosystem_api.selling.deals.service.claim import claim_held, take_claim
from ecosystem_api.selling.deals.service.correct import REQUIRED, Sent, keep_content, sent_of
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.read import amount_of, protection_of
from ecosystem_api.selling.deals.service.review import content_changed
from ecosystem_api.selling.deals.service.serve import SERVE_ACCOUNT
from ecosystem_api.selling.deals.service.settle import judge_rivals, note_decision, settle
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.service.weigh import (
    Customer,
    Gathered,
    asked_of,
    customer_of,
    gather,
    protection_facts,
)
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement.service import Judgement

_PLAIN = ("title", "description", "deal_type", "country", "region", "expected_close_on")
_MOST_PERCENT = 1_000_000


@dataclass(frozen=True)
class Change:
    """One field that an amendment changes, with its values as JSON has them. A custom one is `custom_fields.{key}`."""

    field: str
    before: Any
    after: Any

    @property
    def pointer(self) -> str:
        """The field as a JSON pointer."""
        return "/" + self.field.replace(".", "/")


@dataclass(frozen=True)
class Proposal:
    """A held registration and what it would be: nothing is changed yet.

    Shape: `customer` is the one it would be for; `amount_percent` is by how much the amount would change; `held` is
    where its claim counts, if it holds one, and `extent` where it would then count, None where the book will say.
    """

    row: DealRow
    after: DealRow
    customer: Customer
    sent: Sent
    changes: tuple[Change, ...]
    amount_percent: int
    held: claims.Extent | None
    extent: claims.Extent | None
    is_elsewhere: bool

    @property
    def fields(self) -> list[str]:
        """The fields that would change."""
        return [change.field for change in self.changes]

    @property
    def is_protected(self) -> bool:
        """Whether the registration holds a claim."""
        return self.row.status == "approved"

    @property
    def is_another_claim(self) -> bool:
        """Whether it would claim what it did not before: another customer, a product more, or in another region."""
        is_more = not self.sent.claimed.keys() <= self.sent.before.keys()
        return self.is_another_customer or is_more or self.is_elsewhere

    @property
    def is_another_customer(self) -> bool:
        """Whether it would be for another company."""
        return self.row.account_id not in self.customer.ids


async def propose(
    tx: Tx, who: Caller, deal_id: UUID, body: DealUpdate, if_match: str | None, *, is_taken: bool = False
) -> Proposal:
    """Hold a submitted registration and say what a change would make of it.

    Shape: `is_taken` says that the change was proposed before and that its registration is held: its custom fields were
    judged then, and fields may have changed since. Edges: custom fields that the vendor's side keeps for itself are
    changed without being proposed.
    Errors: `NotFound`, `NotAmendable`, `PreconditionFailed`, `UnknownProduct`, `CustomFieldNotWritable`,
    `InvalidRequest` for an unknown account and for what a custom field does not take; in describing a
    customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    row, customer = await (hold if is_taken else hold_in_turn)(tx, deal_id)
    if row.status not in AMENDABLE_STATUSES or row.stage not in OPEN_STAGES:
        raise NotAmendable(f"A registration that is {row.status} is not amended.", status_now=row.status)
    expect_version(if_match, row.version)
    place = f"/changes{custom.PLACE}"
    if not is_taken:
        await custom.refuse_kept(tx, who, RESOURCE, body.custom_fields or {}, place=place)
    sent = await sent_of(tx, who, row, body, None if is_taken else place)
    after = DealRow(**{column.key: getattr(row, column.key) for column in DealRow.__table__.columns})
    apply_changes(after, sent.columns, required=REQUIRED, now=tx.now)
    if after.account_id != row.account_id:
        customer = customer_of(await recognition.know_locked(tx, after.account_id))
        after.claim_account_id = customer.claim_account_id
    changes = await _changes(tx, row, after, sent)
    where = await _where(tx, row, after)
    return Proposal(row, after, customer, sent, changes, _percent(amount_of(row), amount_of(after)), *where)


async def _where(tx: Tx, row: DealRow, after: DealRow) -> tuple[claims.Extent | None, claims.Extent | None, bool]:
    """Where its claim counts, where it would then, and whether that is where it did not claim before.

    Edges: a claim that was granted for a region goes with the registration's; one that was granted everywhere stays.
    """
    if row.status == "approved":
        running = await claims.claims_of(tx, [row.id])
        held = running[0].extent if running else claims.EVERYWHERE
        is_moved = held.region is not None and after.region != row.region
        extent = claims.extent_of(after.region) if is_moved else held
        return held, extent, not held.includes(extent)
    by_region = after.region != row.region and await store.claims_by_region(tx)
    before, then = (claims.extent_of(one.region, by_region=by_region) for one in (row, after))
    return None, None, not before.includes(then)


async def weigh_proposal(tx: Tx, proposal: Proposal, *, evidence: Collection[str], is_material: bool) -> Gathered:
    """The snapshot of a registration as it would be."""
    asked = replace(asked_of(proposal.after), product_ids=frozenset(proposal.sent.claimed), extent=proposal.extent)
    if proposal.is_another_claim:
        asked = replace(asked, submitted_at=tx.now)
    request = {
        "days": 0,
        "evidence": sorted(evidence),
        "fields": proposal.fields,
        "amount_percent": proposal.amount_percent,
        "is_material": is_material,
    }
    more = {"request": request}
    protection = await protection_of(tx, proposal.row)
    if proposal.is_protected and protection is not None:
        more["protection"] = protection_facts(tx, protection)
    return await gather(tx, asked, proposal.customer, **more)


async def apply_proposal(
    tx: Tx, who: Caller, proposal: Proposal, gathered: Gathered, *, judgement: Judgement | None, is_material: bool
) -> None:
    """Make a registration what was proposed.

    Shape: `judgement` is the decision that now stands about a protected one. Edges: what it claims no longer is free,
    and whoever waits for it is served; what it claims more is protected until the same end. One that is undecided or
    waits is judged again by the rules if the change is material; its place counts from now if it claims more.
    Errors: `ClaimHeld` when another registration holds what a protected one would claim, whatever the book says.
    """
    row = proposal.after
    if proposal.is_protected and gathered.is_kept_out:
        raise await claim_held(tx, row)
    stays = proposal.is_protected or not (is_material or proposal.is_another_claim)
    await content_changed(tx, who, row, gathered)
    row.last_activity_at = tx.now
    if row.version == proposal.row.version:
        touch(row, tx.now)
    if judgement is not None:
        note_decision(tx, row, judgement)
    if not stays:
        row.status = "submitted"
        row.submitted_at = tx.now if proposal.is_another_claim else row.submitted_at
    writes = Writes()
    await keep_content(tx, writes, row, proposal.sent.claimed, proposal.sent.before)
    until = await _move_claim(tx, writes, proposal, gathered) if proposal.is_protected else None
    tell(writes, tx, who, row, DealAmended, protected_until=until, changed=[one.pointer for one in proposal.changes])
    await writes.send(tx)
    if not stays:
        await settle(tx, who, row, proposal.customer, Writes())
    elif proposal.is_protected:
        await judge_rivals(tx, who, gathered.weighed.rivals)


async def _move_claim(tx: Tx, writes: Writes, proposal: Proposal, gathered: Gathered) -> datetime:
    before, claimed = set(proposal.sent.before), set(proposal.sent.claimed)
    is_other_account = proposal.after.claim_account_id != proposal.row.claim_account_id
    moves = is_other_account or proposal.extent != proposal.held
    dropped, added = (before, claimed) if moves else (before - claimed, claimed - before)
    running = await protection_of(tx, proposal.row)
    assert running is not None, "it is protected"
    if dropped:
        # First, for where it now counts may be a part of where it counted.
        account_id, ended = proposal.row.claim_account_id, Writes()
        assert account_id is not None, "it is protected"
        claims.take_out(ended, tx, proposal.row.id, account_id, dropped)
        await ended.send(tx)
    if added:
        extent = gathered.weighed.coverage.extent
        idle_days = (running.idle_at - proposal.row.last_activity_at).days if running.idle_at else None
        terms = claims.Terms(running.basis, idle_days, running.granted_until, running.extensions, running.extended_days)
        coverage = claims.Coverage(frozenset(added), extent)
        await take_claim(tx, proposal.after, coverage, gathered.weighed.free_from, running.ends_at, terms)
    if is_other_account:
        plan_with(writes, SERVE_ACCOUNT, subject_id=encode("acc", proposal.row.account_id), due_at=tx.now)
    return running.ends_at


async def _changes(tx: Tx, row: DealRow, after: DealRow, sent: Sent) -> tuple[Change, ...]:
    pairs: list[tuple[str, Any, Any]] = [
        ("account", encode("acc", row.account_id), encode("acc", after.account_id)),
        ("amount", _money(amount_of(row)), _money(amount_of(after))),
        *((name, _plain(getattr(row, name)), _plain(getattr(after, name))) for name in _PLAIN),
        *(
            (f"custom_fields.{key}", row.custom_fields.get(key), after.custom_fields.get(key))
            for key in row.custom_fields.keys() | after.custom_fields.keys()
        ),
    ]
    if sent.claimed != sent.before:
        skus = await products.skus_of(tx, sent.claimed.keys() | sent.before.keys())
        old, new = (
            [{"sku": sku, "quantity": one[key]} for sku, key in sorted((skus[key], key) for key in one)]
            for one in (sent.before, sent.claimed)
        )
        pairs.append(("products", old, new))
    return tuple(Change(*pair) for pair in sorted(pairs, key=lambda pair: pair[0]) if pair[1] != pair[2])


def _percent(before: Money | None, after: Money | None) -> int:
    if before == after:
        return 0
    if before is None or after is None or before.currency != after.currency or not before.minor:
        return 100
    return min(-(-abs(after.minor - before.minor) * 100 // before.minor), _MOST_PERCENT)


def _money(amount: Money | None) -> dict[str, str] | None:
    return None if amount is None else {"amount": amount.amount, "currency": amount.currency}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else value.isoformat()
