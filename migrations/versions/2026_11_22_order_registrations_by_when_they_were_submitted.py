"""Order registrations by when they were submitted, also those of all statuses: page one sorted the whole table."""

import sqlalchemy as sa
from alembic import op

revision = "order_registrations_by_when_they"
down_revision = "pass_leads_by_hand"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_deal_registrations_submitted", "deal_registrations"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # Of an attempt that was broken off, an invalid index is left.
        op.drop_index(_NAME, table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            _NAME,
            _TABLE,
            ["vendor_id", "submitted_at", "id"],
            postgresql_where=sa.text("submitted_at is not null"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(_NAME, table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
