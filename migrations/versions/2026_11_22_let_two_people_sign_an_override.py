"""Let two people sign an override.

Expand, never rewrite: the new column is nullable, the index is made CONCURRENTLY in a step of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "let_two_people_sign_an_override"
down_revision = "keep_values_of_custom_fields"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deal_registrations", sa.Column("override_review_id", sa.Uuid(), nullable=True))
    op.execute(
        "alter table deal_registrations add constraint fk_deal_registrations_vendor_id_override_review_id_reviews "
        "foreign key (vendor_id, override_review_id) references reviews (vendor_id, id) not valid"
    )


def downgrade() -> None:
    op.drop_column("deal_registrations", "override_review_id")
