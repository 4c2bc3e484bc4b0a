"""Catch conflicts with the vendor's sellers.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "catch_conflicts_with_the_vendor"
down_revision = "propose_amendments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vendor_opportunities",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_system", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("product_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("last_activity_on", sa.Date(), nullable=True),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('open', 'won', 'lost')", name=op.f("ck_vendor_opportunities_status")),
        sa.CheckConstraint(
            "(amount_minor is null) = (currency is null)", name=op.f("ck_vendor_opportunities_amount_has_currency")
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_vendor_opportunities_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_vendor_opportunities_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_vendor_opportunities_vendor_id_decision_id_decisions"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_vendor_opportunities")),
        sa.UniqueConstraint(
            "vendor_id",
            "external_system",
            "external_id",
            name=op.f("uq_vendor_opportunities_vendor_id_external_system_external_id"),
        ),
        info={"scope": "staff"},
    )
    op.create_index(
        "ix_vendor_opportunities_account", "vendor_opportunities", ["vendor_id", "account_id", "status"], unique=False
    )
    op.create_table(
        "conflicts",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("product_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("because", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("disclosed", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=True),
        sa.Column("obligation_note", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("contested_note", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("ended_note", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience in ('partner', 'staff')", name=op.f("ck_conflicts_audience")),
        sa.CheckConstraint(
            "obligation in ('compensate', 'hand_over', 'release')", name=op.f("ck_conflicts_obligation")
        ),
        sa.CheckConstraint(
            "status in ('suspected', 'open', 'owed', 'proven', 'met', 'overruled', 'dismissed', 'cleared')",
            name=op.f("ck_conflicts_status"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_conflicts_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_conflicts_vendor_id_deal_id_deal_registrations"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "opportunity_id"],
            ["vendor_opportunities.vendor_id", "vendor_opportunities.id"],
            name=op.f("fk_conflicts_vendor_id_opportunity_id_vendor_opportunities"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_conflicts_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_conflicts")),
        info={"scope": "audience"},
    )
    op.create_index("ix_conflicts_deal", "conflicts", ["vendor_id", "deal_id"], unique=False)
    op.create_index("ix_conflicts_partner", "conflicts", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index(
        "uq_conflicts_pair",
        "conflicts",
        ["vendor_id", "opportunity_id", "deal_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'cleared'"),
    )
    op.alter_column("decisions", "partner_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column("simulation_flips", "partner_id", existing_type=sa.UUID(), nullable=True)
    protect("vendor_opportunities", "staff")
    protect("conflicts", "audience")


def downgrade() -> None:
    unprotect("conflicts")
    unprotect("vendor_opportunities")
    op.drop_index("uq_conflicts_pair", table_name="conflicts", postgresql_where=sa.text("status <> 'cleared'"))
    op.drop_index("ix_conflicts_partner", table_name="conflicts")
    op.drop_index("ix_conflicts_deal", table_name="conflicts")
    op.drop_table("conflicts")
    op.drop_index("ix_vendor_opportunities_account", table_name="vendor_opportunities")
    op.drop_table("vendor_opportunities")
    # What was decided about the vendor's own opportunities goes with them: before, every decision concerned a partner.
    for table in ("simulation_flips", "decisions"):
        op.execute(f"delete from {table} where partner_id is null")
        op.alter_column(table, "partner_id", existing_type=sa.UUID(), nullable=False)
