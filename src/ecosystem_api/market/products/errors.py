"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class SkuTaken(Conflict):
    """Another product of this vendor has this code.

    Use another value, or the resource that has this one.
    """

    code = "sku_taken"
    title = "Product code taken"


class UnknownProduct(InvalidRequest):
    """A product named by its code is unknown or retired."""

    code = "unknown_product"
    title = "Unknown product"
