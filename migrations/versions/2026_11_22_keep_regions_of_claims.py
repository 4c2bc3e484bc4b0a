"""Keep the region for which something was claimed; none stands for everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "keep_regions_of_claims"
down_revision = "find_accounts_by_what_partners_c"
branch_labels = None
depends_on = None

TABLES = ("conflicts", "dispute_parties", "protections", "vendor_opportunities")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("region", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "region")
