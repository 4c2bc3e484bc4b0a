"""Validate the cases of registrations.

Expand, never rewrite: the constraint was added NOT VALID by the step before; no row had a case until then.
"""

from alembic import op

revision = "validate_cases_of_registrations"
down_revision = "open_a_case_where_a_person_decid"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table deal_registrations validate constraint fk_deal_registrations_vendor_id_review_id_reviews")


def downgrade() -> None:
    # What was found true stays true: the step before drops the constraint.
    pass
