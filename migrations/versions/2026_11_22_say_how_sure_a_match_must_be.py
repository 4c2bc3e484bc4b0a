"""Say how sure a match must be: what is linked by itself, and what a person is asked."""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect

revision = "say_how_sure_a_match_must_be"
down_revision = "write_the_keys_of_names_anew"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_matching",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_floor", sa.Double(), nullable=False),
        sa.Column("auto_link_score", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("auto_link_score between 80 and 100", name=op.f("ck_account_matching_auto_link_score")),
        sa.CheckConstraint("review_floor between 0.5 and 1", name=op.f("ck_account_matching_review_floor")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_account_matching")),
        sa.UniqueConstraint("vendor_id", name=op.f("uq_account_matching_vendor_id")),
        info={"scope": "shared"},
    )
    protect("account_matching", "shared")


def downgrade() -> None:
    unprotect("account_matching")
    op.drop_table("account_matching")
