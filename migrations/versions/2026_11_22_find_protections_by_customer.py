"""Find protections by customer.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

from alembic import op

revision = "find_protections_by_customer"
down_revision = "validate_words_of_registrations"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_protections_account", "protections"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # An attempt that was broken off leaves an invalid index behind.
        op.drop_index(NAME, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(NAME, TABLE, ["vendor_id", "account_id"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
