"""Keep calendars of business hours.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "keep_calendars_of_business_hours"
down_revision = "remember_which_lead_a_registrati"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("holidays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("vendor_id", "key", name=op.f("uq_calendars_vendor_id_key")),
        info={"scope": "shared"},
    )
    op.create_index(
        "uq_calendars_default", "calendars", ["vendor_id"], unique=True, postgresql_where=sa.text("is_default")
    )
    protect("calendars", "shared")


def downgrade() -> None:
    unprotect("calendars")
    op.drop_index("uq_calendars_default", table_name="calendars", postgresql_where=sa.text("is_default"))
    op.drop_table("calendars")
