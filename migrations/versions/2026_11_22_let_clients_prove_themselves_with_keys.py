"""Let clients prove themselves with keys.

Both columns are empty at first, so the new law holds for every row; it is validated without keeping writers out.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "let_clients_prove_themselves_wit"
down_revision = "remember_merged_partners"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "clients", sa.Column("jwks", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
    )
    op.add_column("clients", sa.Column("jwks_uri", sa.Text(), nullable=True))
    op.execute(
        "alter table clients add constraint ck_clients_one_key_source "
        "check (jwks is null or jwks_uri is null) not valid"
    )
    op.execute("alter table clients validate constraint ck_clients_one_key_source")


def downgrade() -> None:
    op.execute("alter table clients drop constraint ck_clients_one_key_source")
    op.drop_column("clients", "jwks_uri")
    op.drop_column("clients", "jwks")
