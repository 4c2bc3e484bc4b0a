"""How PostgreSQL writes the protection of a registration."""

from typing import Any

from sqlalchemy import Integer, and_, case, func, literal_column

from ecosystem_api.runtime.database import scoped
from ecosystem_api.runtime.reading import child_object, instant
from ecosystem_api.selling.claims.tables import STANDS_LAST, ProtectionRow


def told_of(tx: Any, deal_id: Any, last_activity_at: Any) -> Any:
    """The latest protection of the registration of the SELECT around it, as one period: its products began and end
    together.
    """
    row = ProtectionRow
    starts, ends = func.lower(row.period), func.upper(row.period)
    # Ended at the very instant it began: PostgreSQL keeps no bounds of an empty period.
    is_whole = and_(starts.is_not(None), ends.is_not(None))
    told = child_object(
        {
            "starts_at": instant(case((is_whole, starts), else_=row.created_at)),
            "ends_at": instant(case((is_whole, ends), else_=row.created_at)),
            "granted_until": instant(case((row.ended_how.is_(None), row.granted_until))),
            "idle_at": instant(case((row.ended_how.is_(None), last_activity_at + _days(row.idle_days)))),
            "extensions": row.extensions,
            "extended_days": row.extended_days,
            "region": row.region,
            "basis": row.basis,
            "ended_how": row.ended_how,
        }
    )
    last = scoped(tx, row, told).where(row.deal_id == deal_id).order_by(STANDS_LAST.desc(), row.id)
    return last.limit(literal_column("1")).correlate(deal_id.table).scalar_subquery()


def _days(count: Any) -> Any:
    # In hours: a day is 24 of them whatever the session's time zone.
    none = literal_column("0", Integer)
    return func.make_interval(none, none, none, none, count * literal_column("24", Integer))
