"""Open a case where a person decides.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "open_a_case_where_a_person_decid"
down_revision = "catch_conflicts_with_the_vendor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reasons", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("book_number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=True),
        sa.Column("calendar", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("spent", sa.Interval(), nullable=False),
        sa.Column("running_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_silence", sa.Text(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("steps_taken", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("escalated_to", sa.Text(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holds_left", sa.Integer(), nullable=False),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=True),
        sa.Column("hold_note", sa.Text(), nullable=True),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("approvals_given", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_how", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'on_hold') = (hold_until is not null)", name=op.f("ck_reviews_hold_has_end")),
        sa.CheckConstraint(
            "(status = 'open') = (running_since is not null)", name=op.f("ck_reviews_clock_runs_while_open")
        ),
        sa.CheckConstraint("clock in ('business', 'wall')", name=op.f("ck_reviews_clock")),
        sa.CheckConstraint(
            "closed_how in ('approved', 'rejected', 'returned', 'queued', 'withdrawn', 'superseded', 'lapsed')",
            name=op.f("ck_reviews_closed_how"),
        ),
        sa.CheckConstraint("status in ('open', 'on_hold', 'closed')", name=op.f("ck_reviews_status")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "assigned_to"],
            ["members.vendor_id", "members.id"],
            name=op.f("fk_reviews_vendor_id_assigned_to_members"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "calendar_id"],
            ["calendars.vendor_id", "calendars.id"],
            name=op.f("fk_reviews_vendor_id_calendar_id_calendars"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_reviews_vendor_id_decision_id_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_reviews_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_reviews")),
        info={"scope": "partner"},
    )
    op.create_index("ix_reviews_assigned", "reviews", ["vendor_id", "assigned_to", "due_at", "id"], unique=False)
    op.create_index("ix_reviews_due", "reviews", ["vendor_id", "due_at", "id"], unique=False)
    op.create_index("ix_reviews_opened", "reviews", ["vendor_id", "opened_at", "id"], unique=False)
    op.create_index("ix_reviews_partner", "reviews", ["vendor_id", "partner_id", "due_at", "id"], unique=False)
    op.create_index("ix_reviews_running", "reviews", ["vendor_id", "status", "due_at", "id"], unique=False)
    op.create_index("ix_reviews_subject", "reviews", ["vendor_id", "subject_id"], unique=False)
    op.create_index(
        "uq_reviews_open",
        "reviews",
        ["vendor_id", "subject_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_table(
        "review_approvals",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "member_id"],
            ["members.vendor_id", "members.id"],
            name=op.f("fk_review_approvals_vendor_id_member_id_members"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "review_id"],
            ["reviews.vendor_id", "reviews.id"],
            name=op.f("fk_review_approvals_vendor_id_review_id_reviews"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_review_approvals")),
        sa.UniqueConstraint(
            "vendor_id",
            "review_id",
            "round",
            "member_id",
            name=op.f("uq_review_approvals_vendor_id_review_id_round_member_id"),
        ),
        info={"scope": "staff", "grants": "select, insert"},
    )
    op.add_column("deal_registrations", sa.Column("review_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_deal_registrations_vendor_id_review_id_reviews"),
        "deal_registrations",
        "reviews",
        ["vendor_id", "review_id"],
        ["vendor_id", "id"],
        postgresql_not_valid=True,
    )
    protect("reviews", "partner")
    protect("review_approvals", "staff", grants="select, insert")


def downgrade() -> None:
    unprotect("review_approvals")
    unprotect("reviews")
    op.drop_constraint(
        op.f("fk_deal_registrations_vendor_id_review_id_reviews"), "deal_registrations", type_="foreignkey"
    )
    op.drop_column("deal_registrations", "review_id")
    op.drop_table("review_approvals")
    op.drop_index("uq_reviews_open", table_name="reviews", postgresql_where=sa.text("status <> 'closed'"))
    op.drop_index("ix_reviews_subject", table_name="reviews")
    op.drop_index("ix_reviews_running", table_name="reviews")
    op.drop_index("ix_reviews_partner", table_name="reviews")
    op.drop_index("ix_reviews_opened", table_name="reviews")
    op.drop_index("ix_reviews_due", table_name="reviews")
    op.drop_index("ix_reviews_assigned", table_name="reviews")
    op.drop_table("reviews")
