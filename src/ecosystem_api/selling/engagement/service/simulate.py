"""Try a book on the recorded past: stretch by stretch, one commit each, so that it can be followed and stopped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.canonical import canonical_json, content_hash
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.network.partners import service as partners
from ecosystem_api.rules import CompiledBook, Coverage, Flip, Recorded, Tally
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.ledger import Event, plan, record
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.events import SimulationCancelled, SimulationCompleted
from ecosystem_api.selling.engagement.schemas import (
    CoverageRead,
    FlipGroupRead,
    FlipRead,
    FlipValueRead,
    SimulationCreate,
    SimulationRead,
)
from ecosystem_api.selling.engagement.service.author import get_book_row
from ecosystem_api.selling.engagement.service.books import compiled_content
from ecosystem_api.selling.engagement.service.cover import coverage_read
from ecosystem_api.selling.engagement.service.declare import compiled_now, content_with
from ecosystem_api.selling.engagement.tables import FlipRow, SimulationRow

HANDLER, WATCH = "engagement.work_simulation", "engagement.watch_simulation"
PATIENCE = timedelta(minutes=15)
STRETCH = 250  # a second of work or less, after which everybody can see how far it is
OPEN = ("queued", "running")
_GROUPS = ("persona", "tier", "size", "country", "change")


async def start_simulation(tx: Tx, book_id: UUID, body: SimulationCreate) -> SimulationRead:
    """Begin to try a book on a window of recorded decisions.

    Edges: it is tried as it stands now; what is changed in the draft later is not. Errors: `NotFound`,
    `RuleBookInvalid` while the draft has faults.
    """
    book = await get_book_row(tx, book_id)
    content = content_with(book, await compiled_now(tx, book))
    until = body.decided_until or tx.now
    row = SimulationRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        rule_book_id=book.id,
        content=content,
        content_hash=content_hash(content),
        status="queued",
        decided_from=body.decided_from,
        decided_until=until,
        action=body.action,
        total=await store.count_decisions(tx, since=body.decided_from, until=until, action=body.action),
        done=0,
        tally={},
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(row)
    await plan(tx, HANDLER, subject_id=encode("sim", row.id), due_at=tx.now)
    await plan(tx, WATCH, subject_id=encode("sim", row.id), due_at=tx.now + PATIENCE)
    return await _read(tx, row)


async def work_simulation(tx: Tx, who: Caller, simulation_id: UUID) -> None:
    """Try the next stretch of decisions and plan the one after it, or end. Does nothing once it has ended."""
    row = await store.find_simulation(tx, simulation_id, is_locked=True)
    if row is None or row.status not in OPEN:
        return
    if row.status == "queued":
        row.status, row.started_at = "running", tx.now
    after = (row.after_at, row.after_id) if row.after_at and row.after_id else None
    stretch = await store.recorded_decisions(
        tx, since=row.decided_from, until=row.decided_until, action=row.action, after=after, limit=STRETCH
    )
    book = compiled_content(canonical_json(row.content))
    await _try(tx, row, book, stretch)
    row.done += len(stretch)
    touch(row, tx.now)
    if len(stretch) == STRETCH:
        row.after_at, row.after_id = stretch[-1].decided_at, stretch[-1].id
        await plan(tx, HANDLER, subject_id=encode("sim", row.id), due_at=tx.now)
        return
    # Decisions made since it was asked for lie behind the window's end; those in it may have been counted too early.
    row.status, row.finished_at, row.total = "completed", tx.now, row.done
    row.tally = {**row.tally, "read": coverage_read(book, _coverage(row.tally)).model_dump()}
    await tell(tx, who, row, SimulationCompleted)


async def cancel_simulation(tx: Tx, who: Caller, simulation_id: UUID) -> SimulationRead:
    """Stop a simulation; what it found until now stays. Errors: `NotFound`, `IllegalMove` once it has ended."""
    row = await _get(tx, simulation_id, is_locked=True)
    if row.status not in OPEN:
        raise IllegalMove(f"The simulation is {row.status}.", allowed_actions=[])
    row.status, row.finished_at = "cancelled", tx.now
    touch(row, tx.now)
    await tx.flush()
    await tell(tx, who, row, SimulationCancelled)
    return await _read(tx, row)


async def get_simulation(tx: Tx, simulation_id: UUID) -> SimulationRead:
    """How far a simulation is and what it found. Errors: `NotFound`."""
    return await _read(tx, await _get(tx, simulation_id))


async def list_simulations(tx: Tx, book_id: UUID, paging: Paging) -> Page[SimulationRead]:
    """The simulations of a book, newest first. Errors: `NotFound`."""
    await get_book_row(tx, book_id)
    page = await page_of(tx, store.simulations(tx, book_id), paging, [(SimulationRow.id, True)], lambda row: row)
    return Page(data=[await _read(tx, row) for row in page.data], next_cursor=page.next_cursor)


async def list_flips(
    tx: Tx, simulation_id: UUID, paging: Paging, *, partner_id: UUID | None, after: str | None
) -> Page[FlipRead]:
    """The decisions a simulated book would have made otherwise, oldest first. Errors: `NotFound`."""
    await _get(tx, simulation_id)
    keys = [(FlipRow.decided_at, False), (FlipRow.decision_id, False)]
    return await page_of(tx, store.flips(tx, simulation_id, partner_id=partner_id, after=after), paging, keys, _flip)


async def _try(tx: Tx, row: SimulationRow, book: CompiledBook, stretch: Sequence[Any]) -> None:
    tally = Tally[UUID](row.tally.get("judged", 0), row.tally.get("not_judgeable", 0), _coverage(row.tally))
    groups = {by: Counter(row.tally.get("groups", {}).get(by, {})) for by in _GROUPS}
    flipped = {by: Counter(row.tally.get("flipped", {}).get(by, {})) for by in _GROUPS}
    sizes = await _sizes(tx, stretch)
    rows = []
    for one in stretch:
        before = tally.judged
        flips = list(tally.take(book, [Recorded(one.id, one.action, one.facts, one.outcome)]))
        if tally.judged == before:
            continue
        member_of = list(_member_of(one.facts, sizes[one.id]))
        for by, value in member_of:
            groups[by][value] += 1
        for flip in flips:
            rows.append(_flip_row(row, one, flip, sizes[one.id]))
            for by, value in [*member_of, ("change", f"{flip.before} to {flip.after}")]:
                flipped[by][value] += 1
    await tx.insert(*rows)
    row.tally = {
        "judged": tally.judged,
        "not_judgeable": tally.not_judgeable,
        "flips": row.tally.get("flips", 0) + len(rows),
        "groups": groups,
        "flipped": flipped,
        "fired": tally.coverage.fired,
        "decided": tally.coverage.decided,
        "together": [[*pair, count] for pair, count in tally.coverage.together.items()],
    }


async def _sizes(tx: Tx, stretch: Sequence[Any]) -> dict[UUID, str | None]:
    """The size of each decision's partner when it was made; today's where it was not kept then."""
    now = await partners.size_bands(tx, {one.partner_id for one in stretch if one.partner_size is None} - {None})
    return {one.id: now.get(one.partner_id) if one.partner_size is None else one.partner_size for one in stretch}


def _coverage(tally: Mapping[str, Any]) -> Coverage:
    together = Counter({(one, other): count for one, other, count in tally.get("together", ())})
    fired, decided = Counter(tally.get("fired", {})), Counter(tally.get("decided", {}))
    return Coverage(tally.get("judged", 0), fired, decided, together)


def _member_of(facts: Mapping[str, Any], size: str | None) -> Iterable[tuple[str, str]]:
    partner = facts.get("partner", {})
    yield from (("persona", persona) for persona in partner.get("personas", []) or ["none"])
    yield "tier", partner.get("tier") or "none"
    yield "size", size or "none"
    yield "country", partner.get("country") or "none"


def _flip_row(row: SimulationRow, one: Any, flip: Flip[UUID], size: str | None) -> FlipRow:
    deal, partner = one.facts.get("deal", {}), one.facts.get("partner", {})
    return FlipRow(
        vendor_id=row.vendor_id,
        simulation_id=row.id,
        decision_id=one.id,
        subject_id=one.subject_id,
        action=one.action,
        before=flip.before,
        after=flip.after,
        partner_id=one.partner_id,
        personas=list(partner.get("personas", [])),
        tier=partner.get("tier") or None,
        size_band=size or None,
        country=partner.get("country") or None,
        amount_minor=deal.get("amount_minor") if deal.get("currency") else None,
        currency=deal.get("currency") or None,
        decided_at=one.decided_at,
    )


def _flip(row: FlipRow) -> FlipRead:
    value = Money(row.amount_minor, row.currency) if row.amount_minor is not None and row.currency else None
    plain = {name: getattr(row, name) for name in FlipRead.model_fields if name != "value"}
    amount = {"amount": value.amount, "currency": value.currency} if value else None
    return FlipRead.model_validate({**plain, "value": amount})


async def _read(tx: Tx, row: SimulationRow) -> SimulationRead:
    tally = row.tally
    judged, flips = tally.get("judged", 0), tally.get("flips", 0)
    value = [
        FlipValueRead(currency=currency, amount=Money(int(total), currency).amount, count=count)
        for currency, total, count in await store.flipped_value(tx, row.id)
    ]
    groups = [
        FlipGroupRead.model_validate(
            {"by": by, "value": one, "judged": count if by != "change" else judged, "flips": flipped}
        )
        for by in _GROUPS
        for one, count, flipped in _counted(tally, by)
    ]
    plain = {name: getattr(row, name) for name in SimulationRead.model_fields if hasattr(row, name)}
    return SimulationRead.model_validate(
        plain
        | {
            "not_judgeable": tally.get("not_judgeable", 0),
            "flips": flips,
            "flip_ratio": flips / judged if judged else None,
            "partners_affected": await store.count_flipped_partners(tx, row.id),
            "value": value,
            "groups": groups,
            "coverage": CoverageRead.model_validate(tally["read"]) if "read" in tally else None,
            "allowed_actions": ["cancel"] if row.status in OPEN else [],
        }
    )


def _counted(tally: Mapping[str, Any], by: str) -> list[tuple[str, int, int]]:
    flipped = tally.get("flipped", {}).get(by, {})
    members = tally.get("groups", {}).get(by, {}) if by != "change" else flipped
    return [(one, count, flipped.get(one, 0)) for one, count in sorted(members.items())]


async def _get(tx: Tx, simulation_id: UUID, *, is_locked: bool = False) -> SimulationRow:
    row = await store.find_simulation(tx, simulation_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def tell(tx: Tx, who: Caller, row: SimulationRow, news: type[Event], **more: str) -> None:
    """News of a simulation as it stands now."""
    flips = row.tally.get("flips", 0)
    said = {"simulation_id": row.id, "rule_book_id": row.rule_book_id, "done": row.done, "flips": flips, **more}
    await record(tx, who, news.model_validate(said), subject_id=encode("sim", row.id))
