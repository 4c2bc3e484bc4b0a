"""Tokens that ended before their time: revoked, or used up where one use is all there is.

A row is kept as long as its token could still be believed, and no longer. The gate asks for it in the statement it
makes anyway, so a revoked token is refused from the next request on.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, delete, exists
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base, Tx
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.statement import given
from ecosystem_api.runtime.tokens import LEEWAY

MARGIN = LEEWAY + timedelta(minutes=1)  # believed until its end and the leeway; the rest is for clocks that differ


class EndedTokenRow(Base):
    """A token by whom it was issued to and its `jti`; until when it must be remembered."""

    __tablename__ = "ended_tokens"
    __table_args__ = (Index("ix_ended_tokens_age", "vendor_id", "forget_at"), {"info": {"scope": "machinery"}})

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(Text, primary_key=True)
    jti: Mapped[str] = mapped_column(Text, primary_key=True)
    forget_at: Mapped[datetime] = mapped_column(INSTANT)


def has_ended(tx: Any) -> ColumnElement[bool]:
    """Whether the token of this `holder` and `jti` has ended, as a column of a `Statement` that asks for others."""
    is_it = (EndedTokenRow.holder == given("holder"), EndedTokenRow.jti == given("jti"))
    return exists().where(EndedTokenRow.vendor_id == tx.vendor_id, *is_it).label("has_ended")


async def end_token(tx: Tx, holder: str, jti: str, expires_at: datetime) -> bool:
    """End a token; whether it was this call that did. Of two at once, one is told True."""
    statement = (
        insert(EndedTokenRow)
        .values(vendor_id=tx.vendor_id, holder=holder, jti=jti, forget_at=expires_at + MARGIN)
        .on_conflict_do_nothing()
        .returning(EndedTokenRow.jti)
    )
    return await tx.session.scalar(statement) is not None


async def forget_ended(tx: Tx) -> None:
    """Delete what nobody would believe any more in any case."""
    await tx.session.execute(
        delete(EndedTokenRow).where(EndedTokenRow.vendor_id == tx.vendor_id, EndedTokenRow.forget_at < tx.now)
    )
