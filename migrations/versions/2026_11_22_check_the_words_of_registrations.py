"""Check the words of a registration's status and stage.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

from alembic import op

revision = "check_words_of_registrations"
down_revision = "find_partners_by_words"
branch_labels = None
depends_on = None

LAWS = {
    "ck_deal_registrations_status": (
        "status in ('draft', 'submitted', 'in_review', 'action_required', 'waiting', 'approved', 'rejected', "
        "'withdrawn', 'expired', 'released', 'revoked', 'closed')"
    ),
    "ck_deal_registrations_stage": (
        "stage in ('prospect', 'qualified', 'technical_validation', 'business_validation', 'committed', "
        "'closed_won', 'closed_lost')"
    ),
}


def upgrade() -> None:
    # What is written from now on is checked; what is there already, in the next step, which keeps no writer waiting.
    for name, law in LAWS.items():
        op.execute(f"alter table deal_registrations add constraint {name} check ({law}) not valid")


def downgrade() -> None:
    for name in LAWS:
        op.execute(f"alter table deal_registrations drop constraint {name}")
