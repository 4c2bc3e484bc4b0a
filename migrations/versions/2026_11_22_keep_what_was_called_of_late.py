"""What credentials called of late, and counts of calls that will end."""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect

revision = "keep_what_was_called_of_late"
down_revision = "pin_credentials_to_a_version"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("parameters", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("ecosystem_version", sa.Text(), nullable=False),
        sa.Column("is_replayed", sa.Boolean(), nullable=False),
        sa.Column("is_rate_limited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_calls")),
        info={"scope": "partner", "grants": "select, insert, delete"},
    )
    op.create_index("ix_calls_actor", "calls", ["vendor_id", "actor_id", "id"], unique=False)
    op.create_index("ix_calls_age", "calls", ["vendor_id", "called_at"], unique=False)
    op.create_table(
        "deprecated_calls",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("first_called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "actor_id", "operation", name=op.f("pk_deprecated_calls")),
        info={"scope": "partner"},
    )
    protect("calls", "partner", grants="select, insert, delete")
    protect("deprecated_calls", "partner")


def downgrade() -> None:
    unprotect("deprecated_calls")
    unprotect("calls")
    op.drop_table("deprecated_calls")
    op.drop_index("ix_calls_age", table_name="calls")
    op.drop_index("ix_calls_actor", table_name="calls")
    op.drop_table("calls")
