"""Count what a partner has open, however many it had before."""

import sqlalchemy as sa
from alembic import op

revision = "count_what_a_partner_has_open"
down_revision = "keep_the_size_of_a_partner_with"
branch_labels = None
depends_on = None


_INDEX, _TABLE = "ix_deal_registrations_counted", "deal_registrations"
_COUNTED = "status in ('submitted', 'in_review', 'waiting', 'approved')"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # Of an attempt that was broken off, an invalid index is left.
        op.drop_index(_INDEX, table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
        where = sa.text(_COUNTED)
        op.create_index(
            _INDEX, _TABLE, ["vendor_id", "partner_id"], postgresql_where=where, postgresql_concurrently=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(_INDEX, table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
