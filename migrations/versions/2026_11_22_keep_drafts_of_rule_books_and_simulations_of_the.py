"""Keep drafts of rule books, and simulations of them.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "keep_drafts_of_rule_books_and_si"
down_revision = "share_budgets_among_processes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulations",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_book_id", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("decided_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("after_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("tally", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('queued', 'running', 'completed', 'cancelled', 'failed')", name=op.f("ck_simulations_status")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "rule_book_id"],
            ["rule_books.vendor_id", "rule_books.id"],
            name=op.f("fk_simulations_vendor_id_rule_book_id_rule_books"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_simulations")),
        info={"scope": "staff"},
    )
    op.create_index("ix_simulations_book", "simulations", ["vendor_id", "rule_book_id", "id"], unique=False)
    op.create_table(
        "simulation_flips",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("simulation_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("personas", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("size_band", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_simulation_flips_vendor_id_decision_id_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "simulation_id"],
            ["simulations.vendor_id", "simulations.id"],
            name=op.f("fk_simulation_flips_vendor_id_simulation_id_simulations"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "simulation_id", "decision_id", name=op.f("pk_simulation_flips")),
        info={"scope": "staff", "grants": "select, insert"},
    )
    op.create_index("ix_decisions_decided_at", "decisions", ["vendor_id", "decided_at", "id"], unique=False)
    op.add_column("rule_books", sa.Column("based_on_id", sa.Uuid(), nullable=True))
    op.add_column("rule_books", sa.Column("publication", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.alter_column("rule_books", "number", existing_type=sa.INTEGER(), nullable=True)
    op.create_foreign_key(
        op.f("fk_rule_books_vendor_id_based_on_id_rule_books"),
        "rule_books",
        "rule_books",
        ["vendor_id", "based_on_id"],
        ["vendor_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_rule_books_published_has_number"), "rule_books", "status <> 'published' or number is not null"
    )
    op.drop_constraint(op.f("ck_rule_books_published_has_period"), "rule_books", type_="check")
    op.create_check_constraint(
        op.f("ck_rule_books_published_has_period"), "rule_books", "status <> 'published' or in_force is not null"
    )
    # What was visible to every partner of the vendor is now, of drafts, the vendor's side's alone.
    unprotect("rule_books")
    protect("rule_books", "published")
    protect("simulations", "staff")
    protect("simulation_flips", "staff", grants="select, insert")


def downgrade() -> None:
    # Before this step every book had a number: drafts go, with what was tried on them.
    for table in ("simulation_flips", "simulations", "rule_books"):
        op.execute(f"alter table {table} no force row level security")
    op.execute("delete from simulation_flips")
    op.execute("delete from simulations")
    op.execute("update rule_books set based_on_id = null")
    op.execute("delete from rule_books where number is null")
    unprotect("rule_books")
    protect("rule_books", "shared")
    op.drop_constraint(op.f("ck_rule_books_published_has_period"), "rule_books", type_="check")
    op.create_check_constraint(
        op.f("ck_rule_books_published_has_period"), "rule_books", "status = 'draft' or in_force is not null"
    )
    op.drop_constraint(op.f("ck_rule_books_published_has_number"), "rule_books", type_="check")
    unprotect("simulation_flips")
    unprotect("simulations")
    op.drop_constraint(op.f("fk_rule_books_vendor_id_based_on_id_rule_books"), "rule_books", type_="foreignkey")
    op.alter_column("rule_books", "number", existing_type=sa.INTEGER(), nullable=False)
    op.drop_column("rule_books", "publication")
    op.drop_column("rule_books", "based_on_id")
    op.drop_index("ix_decisions_decided_at", table_name="decisions")
    op.drop_table("simulation_flips")
    op.drop_index("ix_simulations_book", table_name="simulations")
    op.drop_table("simulations")
