"""Say that all registrations and protections obey the words of their statuses and endings."""

from alembic import op

revision = "validate_what_ended_a_protection"
down_revision = "keep_how_a_protection_is_extende"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table deal_registrations validate constraint ck_deal_registrations_status")
    op.execute("alter table protections validate constraint ck_protections_ended_how")


def downgrade() -> None:
    pass
