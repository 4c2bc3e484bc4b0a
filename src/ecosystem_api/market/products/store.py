"""Queries of products."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, literal_column

from ecosystem_api.market.products.tables import ProductRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.statement import Statement, any_of


async def find_product(tx: Tx, product_id: UUID, *, is_locked: bool = False) -> ProductRow | None:
    """One product."""
    statement = scoped(tx, ProductRow).where(ProductRow.id == product_id)
    row: ProductRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def products(tx: Tx, *, status: str | None, family: str | None, sku: str | None) -> Select[Any]:
    """Products, filtered."""
    return filtered(tx, ProductRow, status=status, family=family, sku=sku)


_SKUS = Statement(
    lambda tx: scoped(tx, ProductRow, ProductRow.id, ProductRow.sku).where(ProductRow.id == any_of("ids"))
)
_NAMED = Statement(
    lambda tx: scoped(tx, ProductRow, ProductRow.id, ProductRow.sku).where(
        ProductRow.sku == any_of("skus", Text()), ProductRow.status == literal_column("'active'")
    )
)


async def skus_by_id(tx: Tx, ids: Collection[UUID]) -> dict[UUID, str]:
    """The codes of the products with these ids, retired ones too."""
    return {row["id"]: row["sku"] for row in await _SKUS.rows(tx, ids=list(ids))}


async def active_by_sku(tx: Tx, skus: Collection[str]) -> dict[str, UUID]:
    """The ids of the active products with these codes, by code."""
    return {row["sku"]: row["id"] for row in await _NAMED.rows(tx, skus=list(skus))}


def sku_of(tx: Tx, product_id: Any) -> Any:
    """The code of the product whose id another table's column holds."""
    return scoped(tx, ProductRow, ProductRow.sku).where(ProductRow.id == product_id).scalar_subquery()
