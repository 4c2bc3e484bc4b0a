"""News of products: every partner reads it."""

from pydantic import Field

from ecosystem_api.market.products.schemas import ProductId, ProductStatus
from ecosystem_api.runtime.ledger import Event


class _ProductNews(Event):
    product_id: ProductId = Field(description="The product.")
    sku: str = Field(description="Its code.", examples=["EDR-100"])
    status: ProductStatus = Field(description="Whether new deals may name it.", examples=["active"])


class ProductAdded(_ProductNews):
    """The vendor sells a new product."""

    type = "product.added"
    audience = "everyone"


class ProductUpdated(_ProductNews):
    """A product was renamed, moved to another family, retired or taken back."""

    type = "product.updated"
    audience = "everyone"
