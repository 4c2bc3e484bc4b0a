"""Ask for more time.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "ask_for_more_time"
down_revision = "route_leads_to_partners"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension_requests",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("granted_days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_by_partner", sa.Boolean(), nullable=False),
        sa.Column("protected_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_protected_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("remedies", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('in_review', 'approved', 'rejected', 'returned', 'withdrawn', 'lapsed')",
            name=op.f("ck_extension_requests_status"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_extension_requests_vendor_id_deal_id_deal_registrations"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_extension_requests_vendor_id_decision_id_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_extension_requests_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_extension_requests")),
        info={"scope": "partner"},
    )
    op.create_index("ix_extension_requests_deal", "extension_requests", ["vendor_id", "deal_id", "id"], unique=False)
    op.create_index(
        "ix_extension_requests_partner", "extension_requests", ["vendor_id", "partner_id", "id"], unique=False
    )
    op.create_index(
        "uq_extension_requests_undecided",
        "extension_requests",
        ["vendor_id", "deal_id"],
        unique=True,
        postgresql_where=sa.text("status = 'in_review'"),
    )
    protect("extension_requests", "partner")


def downgrade() -> None:
    unprotect("extension_requests")
    op.drop_index(
        "uq_extension_requests_undecided",
        table_name="extension_requests",
        postgresql_where=sa.text("status = 'in_review'"),
    )
    op.drop_index("ix_extension_requests_partner", table_name="extension_requests")
    op.drop_index("ix_extension_requests_deal", table_name="extension_requests")
    op.drop_table("extension_requests")
