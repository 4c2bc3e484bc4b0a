"""Find partners by words: of their names, aliases, domains and ids in other systems."""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from migrations.words import fill_words

revision = "find_partners_by_words"
down_revision = "find_accounts_by_similar_names"
branch_labels = None
depends_on = None

TEXTS = """
select vendor_id, id, concat_ws(' ', display_name, legal_name, array_to_string(domains, ' ')) as text from partners
union all select vendor_id, partner_id, name from partner_aliases
union all select vendor_id, partner_id, external_id from partner_external_ids
"""


def upgrade() -> None:
    op.create_table(
        "partner_words",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_words_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "word", "partner_id", name=op.f("pk_partner_words")),
        info={"scope": "partner"},
    )
    op.create_index("ix_partner_words_partner", "partner_words", ["vendor_id", "partner_id"], unique=False)
    protect("partner_words", "partner")
    fill_words("partner_words", "partner_id", TEXTS, ("partners", "partner_aliases", "partner_external_ids"))


def downgrade() -> None:
    unprotect("partner_words")
    op.drop_index("ix_partner_words_partner", table_name="partner_words")
    op.drop_table("partner_words")
