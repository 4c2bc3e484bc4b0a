"""Remember what a partner called an account that others had brought.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op

revision = "remember_what_a_partner_named"
down_revision = "validate_dated_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_partners", sa.Column("named", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("account_partners", "named")
