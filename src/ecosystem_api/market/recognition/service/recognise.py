"""Recognise a customer: find it by evidence, or create it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.recognition.domain import Match, propose_tie
from ecosystem_api.market.recognition.errors import AmbiguousIdentifiers
from ecosystem_api.market.recognition.schemas import AccountResolve, AccountResolved
from ecosystem_api.market.recognition.service.know import candidates_of
from ecosystem_api.market.recognition.service.match import MANAGE, described, read_match
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.locks import lock_name
from ecosystem_api.runtime.statement import Row


@dataclass(frozen=True)
class Named:
    """The customer of a deal, as far as whoever named it may know: `region` is told to those who wrote it."""

    id: UUID
    country: str
    region: str | None


@dataclass(frozen=True)
class _Recognised:
    """The account that a description led to; for a partner it is new if the partner did not see it before."""

    id: UUID
    country: str
    region: str | None
    brought_by_id: UUID | None
    matches: Sequence[Match]
    is_new: bool


async def resolve_account(tx: Tx, who: Caller, body: AccountResolve) -> AccountResolved:
    """Find the customer that a description means, or create it; the evidence is always told, nothing is merged.

    Edges: a partner is linked to the account it named and shown no other; whether the vendor or a rival had it before
    changes nothing in its answer. Concurrent descriptions of one name wait for each other. Errors: `Forbidden` for
    the vendor's side without accounts:manage and `AmbiguousIdentifiers` for it,
    `IdentifierTaken`, `ExternalIdTaken`, `CustomFieldNotWritable`, `InvalidRequest` for an unknown parent and for what
    a custom field does not take.
    """
    _permit(who, body)
    found = await _recognise(tx, who, body, custom.PLACE)
    names = await accounts.names_of(tx, [UUID(match.account_id) for match in found.matches])
    is_shown = tx.partner_id is None
    shown = [one for one in found.matches if is_shown or (not found.is_new and one.account_id == str(found.id))]
    is_own = tx.partner_id in (None, found.brought_by_id)
    told = [read_match(match, names, is_own=is_own) for match in shown]
    return AccountResolved(account=await accounts.read_account(tx, found.id), is_new=found.is_new, matches=told)


async def name_customer(
    tx: Tx, who: Caller, account_id: UUID | None, body: AccountResolve | None, partner_id: UUID
) -> Named:
    """The customer of a partner's deal, named by id or described and then found or created; the partner may see it.

    Errors: `InvalidRequest` for an account the caller can't see, `RecordMerged`, and those of `resolve_account`.
    """
    if body is None:
        assert account_id is not None, "one of the two is given"
        read = await accounts.require_account(tx, account_id)
        named = Named(read.id, read.country, read.region)
    else:
        _permit(who, body)
        found = await _recognise(tx, who, body, f"/customer{custom.PLACE}")
        is_own = tx.partner_id in (None, found.brought_by_id)
        named = Named(found.id, found.country, found.region if is_own else None)
    if tx.partner_id is None:
        await accounts.link_partner(tx, named.id, partner_id)
    return named


def _permit(who: Caller, body: AccountResolve) -> None:
    if body.staff is not None or body.on_match == "create":
        who.require(MANAGE)


async def _recognise(tx: Tx, who: Caller, body: AccountResolve, place: str) -> _Recognised:
    own_partner = tx.partner_id
    # Judged also where the account is known already: what is wrong must not depend on what others have named.
    values = await custom.take_values(tx, who, "account", body.custom_fields, {}, place=place)
    async with tx.vendor_wide():
        await lock_name(tx, compact_name(normal_name(body.name)))
        matches, known = await candidates_of(tx, described(body))
        certain = [match for match in matches if match.outcome == "same"]
        if not certain or body.on_match == "create":
            new_id = await accounts.create_account(
                tx, who, body, values, partner_id=own_partner, possible_matches=len(matches)
            )
            if body.staff is None or body.staff.parent_id is None:
                await _propose_relation(tx, who, new_id, matches)
            return _Recognised(new_id, body.country, body.region, own_partner, matches, is_new=True)
        row = _chosen(certain, known, is_partner=own_partner is not None)
        await accounts.observe_alias(tx, who, row["id"], body.name)
        # Whether others know the customer is not a partner's to learn: new is what it did not see before.
        is_new = own_partner is not None and await accounts.link_partner(tx, row["id"], own_partner, body.name)
        return _Recognised(row["id"], row["country"], row["region"], row["created_by_partner_id"], matches, is_new)


async def _propose_relation(tx: Tx, who: Caller, account_id: UUID, matches: Iterable[Match]) -> None:
    """What a new account has in common with a known one may make them a family: the likeliest is proposed."""
    found = (propose_tie(str(account_id), match) for match in matches)
    likeliest = next((one for one in found if one is not None), None)
    if likeliest is not None:
        child, parent, evidence = likeliest
        await accounts.propose_relation(tx, who, UUID(child), UUID(parent), evidence)


def _chosen(certain: Sequence[Match], known: Iterable[Row], *, is_partner: bool) -> Row:
    tied = [one.account_id for one in certain if one.score == certain[0].score]
    if len(tied) > 1 and not is_partner:
        raise AmbiguousIdentifiers()
    # A partner may not learn how many accounts there are: its claim counts against the oldest of them anyway.
    return next(row for row in known if str(row["id"]) == min(tied))
