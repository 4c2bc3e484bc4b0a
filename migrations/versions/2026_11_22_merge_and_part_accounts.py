"""Merge and part accounts: what one was merged into, what that moved, and which two a person holds for different."""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "merge_and_part_accounts"
down_revision = "validate_cases_of_registrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_distinctions",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("actor_type", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("account_id <> other_id", name=op.f("ck_account_distinctions_two_accounts")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_distinctions_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "other_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_distinctions_vendor_id_other_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "account_id", "other_id", name=op.f("pk_account_distinctions")),
        info={"scope": "staff"},
    )
    op.create_index("ix_account_distinctions_other", "account_distinctions", ["vendor_id", "other_id"], unique=False)
    op.create_table(
        "account_merges",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("actor_type", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_merges_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "into_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_merges_vendor_id_into_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_account_merges")),
        info={"scope": "staff"},
    )
    op.create_index("ix_account_merges_account", "account_merges", ["vendor_id", "account_id", "id"], unique=False)
    op.create_index("ix_account_merges_into", "account_merges", ["vendor_id", "into_id"], unique=False)
    op.add_column("accounts", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_accounts_merged",
        "accounts",
        ["vendor_id", "merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    op.create_foreign_key(
        op.f("fk_accounts_vendor_id_merged_into_id_accounts"),
        "accounts",
        "accounts",
        ["vendor_id", "merged_into_id"],
        ["vendor_id", "id"],
    )
    op.create_check_constraint(op.f("ck_accounts_merged_into_another"), "accounts", "merged_into_id <> id")
    protect("account_distinctions", "staff")
    protect("account_merges", "staff")


def downgrade() -> None:
    unprotect("account_merges")
    unprotect("account_distinctions")
    op.drop_constraint(op.f("ck_accounts_merged_into_another"), "accounts", type_="check")
    op.drop_constraint(op.f("fk_accounts_vendor_id_merged_into_id_accounts"), "accounts", type_="foreignkey")
    op.drop_index("ix_accounts_merged", table_name="accounts", postgresql_where=sa.text("merged_into_id is not null"))
    op.drop_column("accounts", "merged_into_id")
    op.drop_index("ix_account_merges_into", table_name="account_merges")
    op.drop_index("ix_account_merges_account", table_name="account_merges")
    op.drop_table("account_merges")
    op.drop_index("ix_account_distinctions_other", table_name="account_distinctions")
    op.drop_table("account_distinctions")
