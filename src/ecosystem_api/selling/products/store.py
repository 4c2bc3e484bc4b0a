"""Queries of products."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.products.tables import ProductRow


async def find_product(tx: Tx, product_id: UUID, *, is_locked: bool = False) -> ProductRow | None:
    """One product."""
    statement = scoped(tx, ProductRow).where(ProductRow.id == product_id)
    row: ProductRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def products(tx: Tx, *, status: str | None, family: str | None, sku: str | None) -> Select[Any]:
    """Products, filtered."""
    statement = scoped(tx, ProductRow)
    if status is not None:
        statement = statement.where(ProductRow.status == status)
    if family is not None:
        statement = statement.where(ProductRow.family == family)
    if sku is not None:
        statement = statement.where(ProductRow.sku == sku)
    return statement


async def products_by_sku(tx: Tx, skus: Collection[str]) -> dict[str, ProductRow]:
    """The products with these codes, by code."""
    rows = await tx.session.scalars(scoped(tx, ProductRow).where(ProductRow.sku.in_(skus)))
    return {row.sku: row for row in rows}


async def products_by_id(tx: Tx, ids: Collection[UUID]) -> dict[UUID, ProductRow]:
    """The products with these ids, by id."""
    rows = await tx.session.scalars(scoped(tx, ProductRow).where(ProductRow.id.in_(ids)))
    return {row.id: row for row in rows}


def sku_of(tx: Tx, product_id: Any) -> Any:
    """The code of the product whose id another table's column holds."""
    return scoped(tx, ProductRow, ProductRow.sku).where(ProductRow.id == product_id).scalar_subquery()
