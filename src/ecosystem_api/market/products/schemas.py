"""Products on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, kept, told

ProductId = Annotated[UUID, TypedId("prod")]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
ProductStatus = Literal["active", "retired"]


class ProductCreate(Wire):
    """A product to be added."""

    sku: Sku = told("Code of the product, unique within the vendor.", "EDR-100")
    name: Line = told("Name of the product.", "Endpoint Detection and Response")
    family: Line | None = told("Product family.", "endpoint", default=None)


class ProductUpdate(Wire):
    """What may change about a product; its code never does."""

    name: Line | None = kept("Name of the product.", "Endpoint Detection and Response")
    family: Line | None = told("Product family.", "endpoint", default=None)
    status: ProductStatus | None = kept("Whether new deals may name it.", "retired")


class ProductRead(Wire):
    """A product of the vendor."""

    id: ProductId = told("Id of the product.")
    sku: str = told("Code of the product.", "EDR-100")
    name: str = told("Name of the product.", "Endpoint Detection and Response")
    family: str | None = told("Product family.", "endpoint")
    status: ProductStatus = told("Whether new deals may name it.", "active")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was added.")
    updated_at: Instant = told("When it last changed.")
