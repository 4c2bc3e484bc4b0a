"""Say that all cases obey the words of how they end."""

from alembic import op

revision = "validate_how_cases_end"
down_revision = "end_cases_in_more_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table reviews validate constraint ck_reviews_closed_how")


def downgrade() -> None:
    pass
