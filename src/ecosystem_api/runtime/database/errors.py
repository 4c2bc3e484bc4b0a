"""What the database's errors say, however the driver wraps them."""

from sqlalchemy.exc import DBAPIError


def sqlstate(error: BaseException) -> str | None:
    """The five-character PostgreSQL code of an error, however deeply the driver wrapped it."""
    seen: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    while seen is not None:
        code = getattr(seen, "sqlstate", None)
        if isinstance(code, str):
            return code
        seen = seen.__cause__
    return None


def constraint_name(error: BaseException) -> str | None:
    """The constraint a violation names, or None."""
    seen: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    while seen is not None:
        name = getattr(seen, "constraint_name", None)
        if isinstance(name, str):
            return name
        seen = seen.__cause__
    return None
