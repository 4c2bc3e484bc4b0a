"""Say why a simulation was given up.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op

revision = "say_why_a_simulation_was_given_u"
down_revision = "say_how_sure_a_match_must_be"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("simulations", sa.Column("failed_because", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("simulations", "failed_because")
