"""Narrow a list to what a request asks for."""

from typing import Any

from sqlalchemy import Select

from ecosystem_api.runtime.database import Tx, scoped


def filtered(tx: Tx, model: Any, **wanted: Any) -> Select[Any]:
    """The rows the caller may see whose columns of these names have these values; None asks for no value."""
    columns = {getattr(model, name): value for name, value in wanted.items()}
    return scoped(tx, model).where(*(column == value for column, value in columns.items() if value is not None))
