"""Validate the words of a registration's status and stage.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

from alembic import op

revision = "validate_words_of_registrations"
down_revision = "check_words_of_registrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("status", "stage"):
        op.execute(f"alter table deal_registrations validate constraint ck_deal_registrations_{name}")


def downgrade() -> None:
    # What was found true stays true: the step before drops the constraints.
    pass
