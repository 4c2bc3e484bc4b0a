"""Find accounts and deal registrations by words, each reader by those that it may read."""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from migrations.words import fill_words

revision = "find_accounts_and_deals_by_words"
down_revision = "find_protections_by_customer"
branch_labels = None
depends_on = None

OF_ACCOUNTS = """
select vendor_id, id, true as is_name, name as text from accounts
union all select vendor_id, account_id, false, value from account_identifiers where kind = 'domain'
"""
OF_ACCOUNTS_FOR_STAFF = """
select vendor_id, account_id as id, name as text from account_aliases
union all select vendor_id, account_id, external_id from account_external_ids
"""
OF_DEALS = """
select vendor_id, id, partner_id, concat_ws(' ', title, number, external_id) as text from deal_registrations
"""


def upgrade() -> None:
    _make("account_words", "account", "accounts", sa.Column("is_name", sa.Boolean(), nullable=False), in_key=True)
    protect("account_words", "linked", link="account_partners", link_column="account_id", own_column="account_id")
    _make("account_staff_words", "account", "accounts")
    protect("account_staff_words", "staff")
    _make("deal_words", "deal", "deal_registrations", sa.Column("partner_id", sa.Uuid(), nullable=False))
    protect("deal_words", "partner")
    fill_words("account_words", "account_id", OF_ACCOUNTS, ("accounts", "account_identifiers"), "is_name")
    staffs = ("account_aliases", "account_external_ids")
    fill_words("account_staff_words", "account_id", OF_ACCOUNTS_FOR_STAFF, (*staffs, "accounts"))
    fill_words("deal_words", "deal_id", OF_DEALS, ("deal_registrations",), "partner_id")


def _make(table: str, owner: str, of: str, *beside: sa.Column[object], in_key: bool = False) -> None:
    key = ["vendor_id", "word", f"{owner}_id", *(column.name for column in beside if in_key)]
    op.create_table(
        table,
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column(f"{owner}_id", sa.Uuid(), nullable=False),
        *beside,
        sa.ForeignKeyConstraint(
            ["vendor_id", f"{owner}_id"],
            [f"{of}.vendor_id", f"{of}.id"],
            name=op.f(f"fk_{table}_vendor_id_{owner}_id_{of}"),
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_{owner}", table, ["vendor_id", f"{owner}_id"], unique=False)


def downgrade() -> None:
    for table, owner in (("deal_words", "deal"), ("account_staff_words", "account"), ("account_words", "account")):
        unprotect(table)
        op.drop_index(f"ix_{table}_{owner}", table_name=table)
        op.drop_table(table)
