"""Route leads to partners.

Safe under traffic: new tables that no running code reads.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "route_leads_to_partners"
down_revision = "open_disputes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "routing_policies",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("in_force", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("routed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("given", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("vendor_id"), "="),
            (sa.column("in_force"), "&&"),
            using="gist",
            name="ex_routing_policies_one_in_force",
        ),
        sa.CheckConstraint(
            "(status = 'published') = (in_force is not null)", name=op.f("ck_routing_policies_published_has_period")
        ),
        sa.CheckConstraint(
            "(status = 'published') = (number is not null)", name=op.f("ck_routing_policies_published_has_number")
        ),
        sa.CheckConstraint("status in ('draft', 'published')", name=op.f("ck_routing_policies_status")),
        sa.CheckConstraint("given between 0 and routed", name=op.f("ck_routing_policies_given_of_routed")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_routing_policies")),
        sa.UniqueConstraint("vendor_id", "number", name=op.f("uq_routing_policies_vendor_id_number")),
        info={"scope": "published"},
    )
    op.create_table(
        "leads",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("vertical", sa.Text(), nullable=True),
        sa.Column("skills", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("certifications", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("product_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("quantities", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("company_size", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("contact_job_title", sa.Text(), nullable=True),
        sa.Column("external_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rounds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("converted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "company_size in ('small', 'medium', 'large', 'global')", name=op.f("ck_leads_company_size")
        ),
        sa.CheckConstraint(
            "status in ('new', 'offered', 'rerouting', 'accepted', 'converted', 'returned', 'closed')",
            name=op.f("ck_leads_status"),
        ),
        sa.CheckConstraint(
            "status not in ('accepted', 'converted') or partner_id is not null", name=op.f("ck_leads_held_by_one")
        ),
        sa.CheckConstraint("(amount_minor is null) = (currency is null)", name=op.f("ck_leads_amount_has_currency")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_leads_amount_not_negative")),
        sa.CheckConstraint(
            "cardinality(product_ids) = cardinality(quantities)", name=op.f("ck_leads_products_counted")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_leads_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_leads_vendor_id_deal_id_deal_registrations"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_leads_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_leads")),
        sa.UniqueConstraint("vendor_id", "external_system", "external_id", name="uq_leads_external_id"),
        info={"scope": "partner"},
    )
    op.create_index("ix_leads_account", "leads", ["vendor_id", "account_id"], unique=False)
    op.create_index("ix_leads_partner", "leads", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index("ix_leads_status", "leads", ["vendor_id", "status", "id"], unique=False)
    op.create_table(
        "lead_routings",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("routing_policy_id", sa.Uuid(), nullable=False),
        sa.Column("policy_number", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.Text(), nullable=False),
        sa.Column("rule_book_id", sa.Uuid(), nullable=False),
        sa.Column("book_hash", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("snapshot_hash", sa.Text(), nullable=False),
        sa.Column("ranking", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ranking_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "lead_id"],
            ["leads.vendor_id", "leads.id"],
            name=op.f("fk_lead_routings_vendor_id_lead_id_leads"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "routing_policy_id"],
            ["routing_policies.vendor_id", "routing_policies.id"],
            name=op.f("fk_lead_routings_vendor_id_routing_policy_id_routing_policies"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "rule_book_id"],
            ["rule_books.vendor_id", "rule_books.id"],
            name=op.f("fk_lead_routings_vendor_id_rule_book_id_rule_books"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_lead_routings")),
        info={"scope": "staff", "grants": "select, insert"},
    )
    op.create_index("ix_lead_routings_created", "lead_routings", ["vendor_id", "created_at"], unique=False)
    op.create_index("ix_lead_routings_lead", "lead_routings", ["vendor_id", "lead_id", "id"], unique=False)
    op.create_table(
        "lead_offers",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("lead_routing_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("disclosed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promptness", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('open', 'accepted', 'declined', 'timed_out', 'recalled')", name=op.f("ck_lead_offers_status")
        ),
        sa.CheckConstraint("promptness between 0 and 10000", name=op.f("ck_lead_offers_promptness")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_lead_offers_vendor_id_decision_id_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "lead_id"],
            ["leads.vendor_id", "leads.id"],
            name=op.f("fk_lead_offers_vendor_id_lead_id_leads"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "lead_routing_id"],
            ["lead_routings.vendor_id", "lead_routings.id"],
            name=op.f("fk_lead_offers_vendor_id_lead_routing_id_lead_routings"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_lead_offers_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_lead_offers")),
        info={"scope": "partner"},
    )
    op.create_index("ix_lead_offers_lead", "lead_offers", ["vendor_id", "lead_id", "id"], unique=False)
    op.create_index("ix_lead_offers_offered", "lead_offers", ["vendor_id", "offered_at"], unique=False)
    op.create_index("ix_lead_offers_partner", "lead_offers", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index(
        "uq_lead_offers_open",
        "lead_offers",
        ["vendor_id", "lead_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    protect("routing_policies", "published")
    protect("leads", "partner")
    protect("lead_routings", "staff", grants="select, insert")
    protect("lead_offers", "partner")


def downgrade() -> None:
    unprotect("lead_offers")
    unprotect("lead_routings")
    unprotect("leads")
    unprotect("routing_policies")
    op.drop_index("uq_lead_offers_open", table_name="lead_offers", postgresql_where=sa.text("status = 'open'"))
    op.drop_index("ix_lead_offers_partner", table_name="lead_offers")
    op.drop_index("ix_lead_offers_offered", table_name="lead_offers")
    op.drop_index("ix_lead_offers_lead", table_name="lead_offers")
    op.drop_table("lead_offers")
    op.drop_index("ix_lead_routings_lead", table_name="lead_routings")
    op.drop_index("ix_lead_routings_created", table_name="lead_routings")
    op.drop_table("lead_routings")
    op.drop_index("ix_leads_status", table_name="leads")
    op.drop_index("ix_leads_partner", table_name="leads")
    op.drop_index("ix_leads_account", table_name="leads")
    op.drop_table("leads")
    op.drop_table("routing_policies")
