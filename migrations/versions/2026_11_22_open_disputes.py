"""Open disputes.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "open_disputes"
down_revision = "validate_what_ended_a_protection"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("priority_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'decided') = (outcome is not null)", name=op.f("ck_disputes_decided_has_outcome")
        ),
        sa.CheckConstraint("kind in ('appeal', 'dispute')", name=op.f("ck_disputes_kind")),
        sa.CheckConstraint("outcome in ('upheld', 'overturned', 'split')", name=op.f("ck_disputes_outcome")),
        sa.CheckConstraint("status in ('open', 'decided', 'withdrawn')", name=op.f("ck_disputes_status")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_disputes_vendor_id_decision_id_decisions"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_disputes")),
        info={"scope": "linked", "link": "dispute_parties", "link_column": "dispute_id"},
    )
    op.create_index(
        "ix_disputes_due",
        "disputes",
        ["vendor_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_disputes_appeal",
        "disputes",
        ["vendor_id", "decision_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'appeal' and status <> 'withdrawn'"),
    )
    op.create_table(
        "dispute_evidence",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "dispute_id"],
            ["disputes.vendor_id", "disputes.id"],
            name=op.f("fk_dispute_evidence_vendor_id_dispute_id_disputes"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_dispute_evidence_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_dispute_evidence")),
        info={"scope": "partner", "grants": "select, insert, update (partner_id)"},
    )
    op.create_index("ix_dispute_evidence_dispute", "dispute_evidence", ["vendor_id", "dispute_id", "id"], unique=False)
    op.create_table(
        "dispute_parties",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("product_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("evidence_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_heard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column("share_units", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "effect in ('none', 'approved', 'queued', 'displaced', 'revoked')", name=op.f("ck_dispute_parties_effect")
        ),
        sa.CheckConstraint("side in ('claimant', 'respondent')", name=op.f("ck_dispute_parties_side")),
        sa.CheckConstraint("share_units between 0 and 10000", name=op.f("ck_dispute_parties_share")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_dispute_parties_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_dispute_parties_vendor_id_deal_id_deal_registrations"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "dispute_id"],
            ["disputes.vendor_id", "disputes.id"],
            name=op.f("fk_dispute_parties_vendor_id_dispute_id_disputes"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_dispute_parties_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_dispute_parties")),
        sa.UniqueConstraint(
            "vendor_id", "dispute_id", "deal_id", name=op.f("uq_dispute_parties_vendor_id_dispute_id_deal_id")
        ),
        info={"scope": "partner"},
    )
    op.create_index("ix_dispute_parties_account", "dispute_parties", ["vendor_id", "account_id"], unique=False)
    op.create_index("ix_dispute_parties_deal", "dispute_parties", ["vendor_id", "deal_id"], unique=False)
    op.create_index(
        "ix_dispute_parties_partner", "dispute_parties", ["vendor_id", "partner_id", "dispute_id"], unique=False
    )
    op.add_column("deal_registrations", sa.Column("restored_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_deal_registrations_vendor_id_restored_by_id_decisions"),
        "deal_registrations",
        "decisions",
        ["vendor_id", "restored_by_id"],
        ["vendor_id", "id"],
        postgresql_not_valid=True,
    )
    # The column is empty, so every row holds; this keeps no writer out.
    op.execute(
        "alter table deal_registrations validate constraint fk_deal_registrations_vendor_id_restored_by_id_decisions"
    )
    protect("disputes", "linked", link="dispute_parties", link_column="dispute_id")
    protect("dispute_evidence", "partner", grants="select, insert, update (partner_id)")
    protect("dispute_parties", "partner")


def downgrade() -> None:
    unprotect("dispute_parties")
    unprotect("dispute_evidence")
    unprotect("disputes")
    op.drop_constraint(
        op.f("fk_deal_registrations_vendor_id_restored_by_id_decisions"), "deal_registrations", type_="foreignkey"
    )
    op.drop_column("deal_registrations", "restored_by_id")
    op.drop_index("ix_dispute_parties_partner", table_name="dispute_parties")
    op.drop_index("ix_dispute_parties_deal", table_name="dispute_parties")
    op.drop_index("ix_dispute_parties_account", table_name="dispute_parties")
    op.drop_table("dispute_parties")
    op.drop_index("ix_dispute_evidence_dispute", table_name="dispute_evidence")
    op.drop_table("dispute_evidence")
    op.drop_index(
        "uq_disputes_appeal",
        table_name="disputes",
        postgresql_where=sa.text("kind = 'appeal' and status <> 'withdrawn'"),
    )
    op.drop_index("ix_disputes_due", table_name="disputes", postgresql_where=sa.text("status = 'open'"))
    op.drop_table("disputes")
