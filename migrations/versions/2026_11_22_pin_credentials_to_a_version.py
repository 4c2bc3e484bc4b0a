"""The version of the contract a credential was made for; those of before the column were made for the first."""

import sqlalchemy as sa
from alembic import op

revision = "pin_credentials_to_a_version"
down_revision = "let_a_sandbox_s_clock_run_ahead"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clients", sa.Column("ecosystem_version", sa.Text(), server_default="2026-11-22", nullable=False))


def downgrade() -> None:
    op.drop_column("clients", "ecosystem_version")
