"""Find the cases that silence has decided: each decision about a customer asks whether one is overdue."""

import sqlalchemy as sa
from alembic import op

revision = "find_what_silence_has_decided"
down_revision = "count_what_a_partner_has_open"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_reviews_silent", "reviews"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # Of an attempt that was broken off, an invalid index is left.
        op.drop_index(_NAME, table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            _NAME,
            _TABLE,
            ["vendor_id", "due_at"],
            postgresql_where=sa.text("on_silence = 'approve' and status <> 'closed'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(_NAME, table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
