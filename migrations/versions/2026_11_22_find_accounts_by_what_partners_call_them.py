"""Find accounts by what partners call them: its key and its words stand beside each name that a partner has given.

They are made by the law in force when the step runs, some 100,000 a minute.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from ecosystem_api.kernel.names import compact_name, normal_name, words_of

revision = "find_accounts_by_what_partners_c"
down_revision = "remember_what_a_partner_named"
branch_labels = None
depends_on = None

_BATCH = 5_000
_NEXT = f"""
    select vendor_id, account_id, partner_id, named from account_partners
    where named is not null and (vendor_id, account_id, partner_id) > (:vendor, :account, :partner)
    order by vendor_id, account_id, partner_id limit {_BATCH}
"""
_KEEP = """
    update account_partners set named_key = :key, named_words = :words
    where (vendor_id, account_id, partner_id) = (:vendor, :account, :partner)
"""


def upgrade() -> None:
    op.add_column("account_partners", sa.Column("named_key", sa.Text(), nullable=True))
    op.add_column("account_partners", sa.Column("named_words", sa.ARRAY(sa.Text(collation="C")), nullable=True))
    # The migrator owns the table, and lifts for itself what holds even for owners.
    op.execute("alter table account_partners no force row level security")
    last = dict.fromkeys(("vendor", "account", "partner"), UUID(int=0))
    keep = sa.text(_KEEP).bindparams(sa.bindparam("words", type_=sa.ARRAY(sa.Text())))
    while batch := op.get_bind().execute(sa.text(_NEXT), last).all():
        for row in batch:
            last = {"vendor": row.vendor_id, "account": row.account_id, "partner": row.partner_id}
            named = {"key": compact_name(normal_name(row.named)), "words": list(words_of(row.named))}
            op.get_bind().execute(keep, last | named)
    op.execute("alter table account_partners force row level security")


def downgrade() -> None:
    op.drop_column("account_partners", "named_words")
    op.drop_column("account_partners", "named_key")
