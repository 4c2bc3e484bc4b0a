"""Keep the size of a partner with what is decided.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op

revision = "keep_the_size_of_a_partner_with"
down_revision = "spell_grants_with_hyphens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("partner_size", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("decisions", "partner_size")
