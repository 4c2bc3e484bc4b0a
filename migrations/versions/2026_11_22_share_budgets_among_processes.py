"""Budgets that all processes share: one row for each that is not full."""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect

revision = "share_budgets_among_processes"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_buckets",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "name", name=op.f("pk_rate_buckets")),
        info={"scope": "machinery"},
    )
    protect("rate_buckets", "machinery")


def downgrade() -> None:
    unprotect("rate_buckets")
    op.drop_table("rate_buckets")
