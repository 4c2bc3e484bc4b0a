"""Keep the clocks of disputes with reviews.

No release has had disputes, so their own clocks are dropped and not carried over: an open one can be ruled on at any
time, and what was to remind of it is taken back.
"""

import sqlalchemy as sa
from alembic import op

revision = "keep_clocks_of_disputes_with_rev"
down_revision = "validate_how_cases_end"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table deliveries no force row level security")
    op.execute(
        "update deliveries set state = 'cancelled', finished_at = now() "
        "where handler = 'disputes.overdue' and state = 'pending'"
    )
    op.execute("alter table deliveries force row level security")
    op.drop_index("ix_disputes_due", table_name="disputes")
    op.drop_column("disputes", "overdue_at")
    op.drop_column("disputes", "due_at")
    op.drop_column("disputes", "assigned_to")


def downgrade() -> None:
    op.add_column("disputes", sa.Column("assigned_to", sa.Text(), nullable=True))
    op.add_column("disputes", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("disputes", sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("alter table disputes no force row level security")
    op.execute("update disputes set due_at = created_at + interval '21 days'")
    op.execute("alter table disputes force row level security")
    op.alter_column("disputes", "due_at", nullable=False)
    op.create_index(
        "ix_disputes_due",
        "disputes",
        ["vendor_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
