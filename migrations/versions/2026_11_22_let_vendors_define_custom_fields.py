"""Let vendors define custom fields.

Safe under traffic: a new table that no running code reads.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect

revision = "let_vendors_define_custom_fields"
down_revision = "say_why_a_simulation_was_given_u"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("choices", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("minimum", sa.Text(), nullable=True),
        sa.Column("maximum", sa.Text(), nullable=True),
        sa.Column("max_length", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("partner_access", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("partner_access in ('none', 'read', 'write')", name=op.f("ck_custom_fields_partner_access")),
        sa.CheckConstraint(
            "resource in ('deal_registration', 'partner', 'account')", name=op.f("ck_custom_fields_resource")
        ),
        sa.CheckConstraint(
            "type in ('text', 'integer', 'number', 'boolean', 'date', 'choice')", name=op.f("ck_custom_fields_type")
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_custom_fields")),
        sa.UniqueConstraint("vendor_id", "resource", "key", name=op.f("uq_custom_fields_vendor_id_resource_key")),
        info={"scope": "disclosed"},
    )
    protect("custom_fields", "disclosed")


def downgrade() -> None:
    unprotect("custom_fields")
    op.drop_table("custom_fields")
