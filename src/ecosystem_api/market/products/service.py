"""Use cases of products."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.market.products import store
from ecosystem_api.market.products.errors import SkuTaken, UnknownProduct
from ecosystem_api.market.products.events import ProductAdded, ProductUpdated
from ecosystem_api.market.products.schemas import ProductCreate, ProductRead, ProductUpdate
from ecosystem_api.market.products.tables import ProductRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import Event, record

_MOST_SKUS = 100_000
_SKUS: dict[tuple[UUID, UUID], str] = {}


async def add_product(tx: Tx, who: Caller, body: ProductCreate) -> ProductRead:
    """Add a product. Errors: `SkuTaken`."""
    row = ProductRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        status="active",
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **body.model_dump(),
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if (constraint_name(error) or "").startswith("uq_products"):
            raise SkuTaken(errors=[FieldError("/sku", "sku_taken", "Use another code.")]) from None
        raise
    await _tell(tx, who, row, ProductAdded)
    return ProductRead.model_validate(row)


async def get_product(tx: Tx, product_id: UUID) -> ProductRead:
    """One product. Errors: `NotFound`."""
    row = await store.find_product(tx, product_id)
    if row is None:
        raise NotFound()
    return ProductRead.model_validate(row)


def sku_of(tx: Tx, product_id: Any) -> Any:
    """The code of the product in a column, as an SQL expression: for the answers of other rooms."""
    return store.sku_of(tx, product_id)


async def list_products(
    tx: Tx, paging: Paging, *, status: str | None, family: str | None, sku: str | None
) -> Page[ProductRead]:
    """Products by code."""
    statement = store.products(tx, status=status, family=family, sku=sku)
    return await page_of(tx, statement, paging, [(ProductRow.sku, False)], ProductRead.model_validate)


async def update_product(
    tx: Tx, who: Caller, product_id: UUID, body: ProductUpdate, if_match: str | None
) -> ProductRead:
    """Change a product. Errors: `NotFound`, `PreconditionFailed`."""
    row = await store.find_product(tx, product_id, is_locked=True)
    if row is None:
        raise NotFound()
    expect_version(if_match, row.version)
    if apply_changes(row, body.model_dump(exclude_unset=True), required={"name", "status"}, now=tx.now):
        await _tell(tx, who, row, ProductUpdated)
        await tx.flush()
    return ProductRead.model_validate(row)


async def products_named(tx: Tx, skus: Sequence[str]) -> dict[str, UUID]:
    """The ids of the active products with these codes, by code. Errors: `UnknownProduct`, naming each place."""
    found = await store.active_by_sku(tx, skus) if skus else {}
    errors = [
        FieldError(
            f"/products/{place}/sku", "unknown_product", f"{sku} is not an active product: see GET /v1/products."
        )
        for place, sku in enumerate(skus)
        if sku not in found
    ]
    if errors:
        raise UnknownProduct(errors=errors)
    _SKUS.update({(tx.vendor_id, product_id): sku for sku, product_id in found.items()})
    return found


async def skus_of(tx: Tx, ids: Collection[UUID]) -> dict[UUID, str]:
    """The codes of the products with these ids, retired ones too, by id.

    Edges: a product keeps its code for life, so what was read once is not asked again.
    """
    if len(_SKUS) > _MOST_SKUS:
        _SKUS.clear()
    unknown = [product_id for product_id in ids if (tx.vendor_id, product_id) not in _SKUS]
    if unknown:
        found = await store.skus_by_id(tx, unknown)
        _SKUS.update({(tx.vendor_id, product_id): sku for product_id, sku in found.items()})
    return {product_id: _SKUS[tx.vendor_id, product_id] for product_id in ids}


async def _tell(tx: Tx, who: Caller, row: ProductRow, news: type[Event]) -> None:
    event = news.model_validate({"product_id": row.id, "sku": row.sku, "status": row.status})
    await record(tx, who, event, subject_id=encode("prod", row.id))
