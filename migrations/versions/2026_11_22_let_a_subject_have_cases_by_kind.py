"""Let a subject have a running case of each kind: its own, and one of an override.

The unique index is made beside the one that it replaces, so that no instant is without.
"""

import sqlalchemy as sa
from alembic import op

revision = "let_a_subject_have_cases_by_kind"
down_revision = "let_two_people_sign_an_override"
branch_labels = None
depends_on = None

_BEFORE, _NOW = "uq_reviews_open", "uq_reviews_one_running"
_RUNNING = sa.text("status <> 'closed'")


def upgrade() -> None:
    op.execute(
        "alter table deal_registrations validate constraint fk_deal_registrations_vendor_id_override_review_id_reviews"
    )
    with op.get_context().autocommit_block():
        # Of an attempt that was broken off, an invalid index is left.
        op.drop_index(_NOW, table_name="reviews", if_exists=True, postgresql_concurrently=True)
        columns = ["vendor_id", "subject_id", "subject_type"]
        op.create_index(_NOW, "reviews", columns, unique=True, postgresql_where=_RUNNING, postgresql_concurrently=True)
        op.drop_index(_BEFORE, table_name="reviews", if_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    op.execute("alter table reviews no force row level security")
    op.execute(
        "update reviews set status = 'closed', closed_how = 'withdrawn', closed_at = now(), running_since = null, "
        "held_at = null, hold_until = null, hold_reason = null, hold_note = null "
        "where subject_type = 'customer_override' and status <> 'closed'"
    )
    op.execute("alter table reviews force row level security")
    with op.get_context().autocommit_block():
        op.drop_index(_BEFORE, table_name="reviews", if_exists=True, postgresql_concurrently=True)
        columns = ["vendor_id", "subject_id"]
        op.create_index(
            _BEFORE, "reviews", columns, unique=True, postgresql_where=_RUNNING, postgresql_concurrently=True
        )
        op.drop_index(_NOW, table_name="reviews", if_exists=True, postgresql_concurrently=True)
