"""Pass leads by hand, and count their time in business hours.

Expand, never rewrite: new columns are nullable or have a constant default.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "pass_leads_by_hand"
down_revision = "find_refused_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("leads", sa.Column("register_by", sa.DateTime(timezone=True), nullable=True))
    calendar = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    op.add_column("lead_offers", sa.Column("calendar", calendar, nullable=True))
    op.add_column("lead_offers", sa.Column("is_by_hand", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.drop_column("lead_offers", "is_by_hand")
    op.drop_column("lead_offers", "calendar")
    op.drop_column("leads", "register_by")
