"""Validate the laws of dated names.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

from alembic import op

revision = "validate_dated_names"
down_revision = "date_names_and_families"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("span", "source", "standing"):
        op.execute(f"alter table account_aliases validate constraint ck_account_aliases_{name}")


def downgrade() -> None:
    # What was found true stays true: the step before drops the constraints.
    pass
