"""How PostgreSQL writes a partner as its reader may see it."""

import json
from collections.abc import Collection, Mapping
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import JSON, Date, Select, Text, Uuid, any_, case, cast, func, literal_column, or_
from sqlalchemy.orm import aliased

from ecosystem_api.network.fields import service as custom
from ecosystem_api.network.partners.domain import PartnerStatus, allowed_actions
from ecosystem_api.network.partners.schemas import PartnerRead
from ecosystem_api.network.partners.tables import (
    PartnerAliasRow,
    PartnerExternalIdRow,
    PartnerPersonaRow,
    PartnerRelationshipRow,
    PartnerRow,
    PartnerWordRow,
)
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.reading import (
    Listing,
    Order,
    View,
    child_list,
    child_object,
    finish,
    typed_id,
    values_of,
)  # fmt: skip
from ecosystem_api.runtime.search import Matches, searched
from ecosystem_api.runtime.statement import any_of, ask, given

SUPERIORS = ("parent_id", "distributor_ids")


def _made(tx: Tx, view: View) -> Mapping[str, Any]:
    row, alias, known = PartnerRow, PartnerAliasRow, PartnerExternalIdRow
    aliases = scoped(tx, alias, values_of(alias.name, alias.id)).where(alias.partner_id == row.id)
    ids = func.json_object_agg(known.system, known.external_id).aggregate_order_by(known.system)
    externals = scoped(tx, known, ids).where(known.partner_id == row.id).correlate(row).scalar_subquery()
    # The links belong to the partners above, but the one below may know who its parent and distributors are: for a
    # partner's caller the service asks for them with the vendor's eyes.
    above = dict.fromkeys(SUPERIORS) if view.is_partner else superiors(tx)
    return {
        # Moving a partner is the vendor's side's to do; the partner itself is offered nothing.
        "allowed_actions": _json([]) if view.is_partner else _actions(),
        "personas": _personas(tx),
        "aliases": child_list(aliases, row),
        "external_ids": func.coalesce(externals, _json({})),
        "custom_fields": custom.readable(tx, "partner", row.custom_fields),
        **above,
    }


def superiors(tx: Tx) -> dict[str, Any]:
    """The partner's parent and distributors, as fields of its answer."""
    link, row = PartnerRelationshipRow, PartnerRow
    other = typed_id("par", link.partner_id)
    parent = scoped(tx, link, other).where(link.other_id == row.id, link.kind == _word("parent_of"))
    distributors = scoped(tx, link, values_of(other, link.id))
    distributors = distributors.where(link.other_id == row.id, link.kind == _word("distributes_to"))
    return {
        "parent_id": parent.correlate(row).scalar_subquery(),
        "distributor_ids": child_list(distributors, row),
    }


async def superiors_of(tx: Tx, partner_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The same for partners that are read already: JSON by field."""

    def build(tx: Any) -> Select[Any]:
        above = [cast(value, Text).label(name) for name, value in superiors(tx).items()]
        partner = scoped(tx, PartnerRow, PartnerRow.id.label("partner_id"), *above)
        return partner.where(PartnerRow.id == any_of("partner_ids"))

    rows = await ask(tx, "superiors of partners", build, {"partner_ids": list(partner_ids)})
    return {row["partner_id"]: {name: finish(row[name] or "null") for name in SUPERIORS} for row in rows}


def _personas(tx: Tx) -> Any:
    held = PartnerPersonaRow
    span = child_object({"persona": held.persona, "from_on": held.from_on, "until_on": held.until_on})
    today = scoped(tx, held, values_of(span, held.persona)).where(held.partner_id == PartnerRow.id, *_held())
    return child_list(today, PartnerRow)


def _held() -> list[Any]:
    today, until = given("tx_today", Date), PartnerPersonaRow.until_on
    return [PartnerPersonaRow.from_on <= today, or_(until.is_(None), until > today)]


def _actions() -> Any:
    """What the law allows for each status; nothing for what stands for itself no more."""
    is_merged = PartnerRow.merged_into_id.is_not(None)
    legal = [(PartnerRow.status == _word(one), _json(allowed_actions(one))) for one in get_args(PartnerStatus)]
    return case((is_merged, _json([])), *legal)


def _word(word: str) -> Any:
    return literal_column(f"'{word}'", Text)


def _json(value: Any) -> Any:
    return literal_column(f"'{json.dumps(value)}'::json", JSON)


def _holds(tx: Tx) -> Any:
    held = scoped(tx, PartnerPersonaRow, PartnerPersonaRow.partner_id)
    return PartnerRow.id.in_(held.where(PartnerPersonaRow.persona == given("persona", Text), *_held()))


def _called(tx: Tx) -> Any:
    row = PartnerAliasRow
    called = scoped(tx, row, row.partner_id).where(row.name_key == given("name_key", Text))
    return or_(PartnerRow.name_key == given("name_key", Text), PartnerRow.id.in_(called))


def _merged(tx: Tx) -> Any:
    return PartnerRow.merged_into_id == given("merged_into_id", Uuid)


def _known_as(tx: Tx) -> Any:
    row = PartnerExternalIdRow
    owner = aliased(PartnerRow)
    # An id that stayed with a merged partner leads to the one that stands for both.
    leads_to = scoped(tx, row, func.coalesce(owner.merged_into_id, owner.id))
    known = leads_to.join(owner, (owner.vendor_id == row.vendor_id) & (owner.id == row.partner_id)).where(
        row.system == given("external_system", Text), row.external_id == given("external_id", Text)
    )
    return PartnerRow.id.in_(known)


def _with_word(tx: Tx, matches: Matches) -> Any:
    row = PartnerWordRow
    return PartnerRow.id.in_(scoped(tx, row, row.partner_id).where(matches(row.word)))


PARTNERS = Listing(
    PartnerRead,
    PartnerRow,
    _made,
    filters={
        "is_current": lambda tx: PartnerRow.merged_into_id.is_(None),
        "merged_into_id": _merged,
        "status": lambda tx: PartnerRow.status == given("status", Text),
        "country": lambda tx: PartnerRow.country == given("country", Text),
        "tier": lambda tx: PartnerRow.tier == given("tier", Text),
        "skill": lambda tx: given("skill", Text) == any_(PartnerRow.skills),
        "vertical": lambda tx: given("vertical", Text) == any_(PartnerRow.verticals),
        "persona": _holds,
        "name_key": _called,
        "external_id": _known_as,
        **searched(_with_word),
    },
    extras={"merged_into": PartnerRow.merged_into_id},
    orders={
        "name": Order((PartnerRow.name_key, PartnerRow.id)),
        "-name": Order((PartnerRow.name_key, PartnerRow.id), is_descending=True),
        "created_at": Order((PartnerRow.created_at, PartnerRow.id)),
        "-created_at": Order((PartnerRow.created_at, PartnerRow.id), is_descending=True),
    },
)
