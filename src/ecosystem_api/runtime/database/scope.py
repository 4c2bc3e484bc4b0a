"""Which rows of a table a transaction sees: the predicates of its vendor and of its partner."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select

from ecosystem_api.runtime.database.base import Base
from ecosystem_api.runtime.database.tx import Tx


def scoped(tx: Tx, model: type[Base], *columns: Any) -> Select[Any]:
    """Start every SELECT: the vendor's rows, narrowed to the partner's where the caller is one.

    Shape: `scoped(tx, Partner)` selects entities; `scoped(tx, Partner, Partner.id)` selects columns.
    Edges: a partner asking for a `staff` table gets no rows. Row-level security says the same a second time.
    """
    statement = select(*columns) if columns else select(model)
    own = bindparam("tx_vendor_id", tx.vendor_id, Uuid())  # named, so that a statement kept as text can be asked again
    statement = statement.select_from(model).where(model.vendor_id == own)  # type: ignore[attr-defined]
    if tx.partner_id is None:
        return statement
    return statement.where(*partner_predicate(model, bindparam("tx_partner_id", tx.partner_id, Uuid())))


def partner_predicate(model: Any, partner_id: Any) -> Sequence[Any]:
    """What narrows a table of each scope to one partner's rows."""
    info = model.__table__.info
    match info["scope"]:
        case "partner":
            return [model.partner_id == partner_id]
        case "self":
            return [model.id == partner_id]
        case "audience":
            own = (model.partner_id == partner_id) & (model.audience == "partner")
            return [own | (model.audience == "everyone")]
        case "linked":
            link = Base.metadata.tables[info["link"]]
            granted = select(link.c[info["link_column"]]).where(
                link.c.vendor_id == model.vendor_id, link.c.partner_id == partner_id
            )
            return [getattr(model, info.get("own_column", "id")).in_(granted)]
        case "published":
            return [model.status != "draft"]
        case "disclosed":
            return [model.partner_access != "none"]
        case "shared" | "machinery":
            return []
        case _:
            return [model.vendor_id != model.vendor_id]
