"""Remember merged partners: what one belonged to leads to another.

Notes and decisions are written once; whose they are to read is all that a merge may change of them.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import APP

revision = "remember_merged_partners"
down_revision = "trust_identity_providers_end_tok"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partners", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_partners_merged",
        "partners",
        ["vendor_id", "merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    op.create_foreign_key(
        op.f("fk_partners_vendor_id_merged_into_id_partners"),
        "partners",
        "partners",
        ["vendor_id", "merged_into_id"],
        ["vendor_id", "id"],
    )
    op.create_check_constraint(op.f("ck_partners_merged_into_another"), "partners", "merged_into_id <> id")
    for table in ("deal_notes", "decisions"):
        op.execute(f"grant update (partner_id) on {table} to {APP}")


def downgrade() -> None:
    for table in ("decisions", "deal_notes"):
        op.execute(f"revoke update (partner_id) on {table} from {APP}")
    op.drop_constraint(op.f("ck_partners_merged_into_another"), "partners", type_="check")
    op.drop_constraint(op.f("fk_partners_vendor_id_merged_into_id_partners"), "partners", type_="foreignkey")
    op.drop_index("ix_partners_merged", table_name="partners", postgresql_where=sa.text("merged_into_id is not null"))
    op.drop_column("partners", "merged_into_id")
