"""Remember which lead a registration was made of.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op

revision = "remember_which_lead_a_registrati"
down_revision = "find_accounts_and_deals_by_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deal_registrations", sa.Column("lead_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("deal_registrations", "lead_id")
