"""Find refused requests by their decisions, and say that all disputes are about what there is."""

from alembic import op

revision = "find_refused_requests"
down_revision = "appeal_refused_requests"
branch_labels = None
depends_on = None

_TABLES = ("extension_requests", "amendments")


def upgrade() -> None:
    op.execute("alter table disputes validate constraint fk_disputes_vendor_id_extension_id_extension_requests")
    op.execute("alter table disputes validate constraint fk_disputes_vendor_id_amendment_id_amendments")
    op.execute("alter table dispute_parties validate constraint ck_dispute_parties_effect")
    with op.get_context().autocommit_block():
        for table in _TABLES:
            name = f"ix_{table}_decision"
            # Of an attempt that was broken off, an invalid index is left.
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
            op.create_index(name, table, ["vendor_id", "decision_id"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for table in _TABLES:
            op.drop_index(f"ix_{table}_decision", table_name=table, if_exists=True, postgresql_concurrently=True)
