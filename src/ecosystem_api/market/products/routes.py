"""Paths of products."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.products import service
from ecosystem_api.market.products.schemas import (
    ProductCreate,
    ProductId,
    ProductRead,
    ProductStatus,
    ProductUpdate,
    Sku,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged

router = room_router("products")
Reader = Annotated[Caller, allow("products:read")]
Writer = Annotated[Caller, allow("products:write")]


@router.post("/v1/products", status_code=201, response_model=ProductRead)
async def add_product(body: ProductCreate, tx: CurrentTx, response: Response, who: Writer) -> ProductRead:
    """Add a product that deals may name."""
    read = await service.add_product(tx, who, body)
    return created(response, f"/v1/products/{encode('prod', read.id)}", read)


@router.get("/v1/products", response_model=Page[ProductRead])
async def list_products(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[ProductStatus | None, Query(description="Only products with this status.")] = None,
    family: Annotated[str | None, Query(description="Only products of this family.", max_length=200)] = None,
    sku: Annotated[Sku | None, Query(description="The product with this code.")] = None,
) -> Page[ProductRead]:
    """List products by their code."""
    return await service.list_products(tx, paging, status=status, family=family, sku=sku)


@router.get("/v1/products/{product_id}", response_model=ProductRead)
async def get_product(product_id: ProductId, tx: CurrentTx, response: Response, who: Reader) -> ProductRead:
    """Read one product."""
    return tagged(response, await service.get_product(tx, product_id))


@router.patch("/v1/products/{product_id}", response_model=ProductRead)
async def update_product(
    product_id: ProductId,
    body: ProductUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> ProductRead:
    """Rename a product, move it to another family, retire it or take it back, by JSON merge patch."""
    return tagged(response, await service.update_product(tx, who, product_id, body, if_match))
