"""Trust identity providers, end tokens before their time.

The members' new columns are empty or have a constant default, so nothing is rewritten; their laws are validated under
a lock that lets others write.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "trust_identity_providers_end_tok"
down_revision = "keep_drafts_of_rule_books_and_si"
branch_labels = None
depends_on = None

MEMBERS_LAWS = {
    "ck_members_role_from": "role_from in ('assigned', 'issuer')",
    "ck_members_identity": "(issuer_id is null) = (subject is null)",
}


def upgrade() -> None:
    op.create_table(
        "ended_tokens",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "holder", "jti", name=op.f("pk_ended_tokens")),
        info={"scope": "machinery"},
    )
    op.create_index("ix_ended_tokens_age", "ended_tokens", ["vendor_id", "forget_at"], unique=False)
    op.create_table(
        "issuers",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("audiences", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("token_type", sa.Text(), nullable=False),
        sa.Column("claims", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("default_role", sa.Text(), nullable=True),
        sa.Column("provisions_members", sa.Boolean(), nullable=False),
        sa.Column("most_members", sa.Integer(), nullable=False),
        sa.Column("email_domains", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("trusts_emails", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("algorithm in ('ES256', 'RS256')", name=op.f("ck_issuers_algorithm")),
        sa.CheckConstraint("status in ('active', 'deactivated')", name=op.f("ck_issuers_status")),
        sa.CheckConstraint("token_type in ('id_token', 'access_token', 'jwt')", name=op.f("ck_issuers_token_type")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_issuers_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_issuers")),
        info={"scope": "partner"},
    )
    op.create_index("ix_issuers_partner", "issuers", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_table(
        "issuer_rules",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "issuer_id"],
            ["issuers.vendor_id", "issuers.id"],
            name=op.f("fk_issuer_rules_vendor_id_issuer_id_issuers"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_issuer_rules_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_issuer_rules")),
        info={"scope": "partner"},
    )
    op.create_index("ix_issuer_rules_partner", "issuer_rules", ["vendor_id", "partner_id"], unique=False)
    op.create_index("uq_issuer_rules_position", "issuer_rules", ["vendor_id", "issuer_id", "position"], unique=True)
    op.add_column("members", sa.Column("role_from", sa.Text(), server_default="assigned", nullable=False))
    op.add_column("members", sa.Column("issuer_id", sa.Uuid(), nullable=True))
    op.add_column("members", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("is_admitted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("members", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_members_identity",
        "members",
        ["vendor_id", "issuer_id", "subject"],
        unique=True,
        postgresql_where=sa.text("issuer_id is not null"),
    )
    op.create_foreign_key(
        op.f("fk_members_vendor_id_issuer_id_issuers"),
        "members",
        "issuers",
        ["vendor_id", "issuer_id"],
        ["vendor_id", "id"],
    )
    for name, law in MEMBERS_LAWS.items():
        op.execute(f"alter table members add constraint {name} check ({law}) not valid")
        op.execute(f"alter table members validate constraint {name}")
    protect("ended_tokens", "machinery")
    protect("issuers", "partner")
    protect("issuer_rules", "partner")


def downgrade() -> None:
    unprotect("issuer_rules")
    unprotect("issuers")
    unprotect("ended_tokens")
    for name in MEMBERS_LAWS:
        op.execute(f"alter table members drop constraint {name}")
    op.drop_constraint(op.f("fk_members_vendor_id_issuer_id_issuers"), "members", type_="foreignkey")
    op.drop_index("uq_members_identity", table_name="members", postgresql_where=sa.text("issuer_id is not null"))
    op.drop_column("members", "last_seen_at")
    op.drop_column("members", "is_admitted")
    op.drop_column("members", "subject")
    op.drop_column("members", "issuer_id")
    op.drop_column("members", "role_from")
    op.drop_index("uq_issuer_rules_position", table_name="issuer_rules")
    op.drop_index("ix_issuer_rules_partner", table_name="issuer_rules")
    op.drop_table("issuer_rules")
    op.drop_index("ix_issuers_partner", table_name="issuers")
    op.drop_table("issuers")
    op.drop_index("ix_ended_tokens_age", table_name="ended_tokens")
    op.drop_table("ended_tokens")
