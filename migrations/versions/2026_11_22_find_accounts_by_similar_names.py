"""Find accounts by similar names.

The keys of the accounts that there are are written here, for what has none is not found: about 100,000 accounts a
minute. They are made by the law in force when the step runs; a later change of that law writes all keys anew.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect

from ecosystem_api.market.accounts.domain import name_keys

revision = "find_accounts_by_similar_names"
down_revision = "keep_what_was_called_of_late"
branch_labels = None
depends_on = None

_BATCH = 5_000
_NEXT = "select vendor_id, id, {account}, normal_name from {table} where (vendor_id, id) > (:vendor, :id)"
_ORDER = f" order by vendor_id, id limit {_BATCH}"
_KEEP = """
    insert into account_name_keys (vendor_id, key, account_id)
    select * from unnest(cast(:vendors as uuid[]), cast(:keys as text[]), cast(:accounts as uuid[]))
    on conflict do nothing
"""


def upgrade() -> None:
    op.create_table(
        "account_name_keys",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_name_keys_vendor_id_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "key", "account_id", name=op.f("pk_account_name_keys")),
        info={"scope": "linked", "link": "account_partners", "link_column": "account_id", "own_column": "account_id"},
    )
    op.create_index("ix_account_name_keys_account", "account_name_keys", ["vendor_id", "account_id"], unique=False)
    _write_keys()
    protect("account_name_keys", "linked", link="account_partners", link_column="account_id", own_column="account_id")


def _write_keys() -> None:
    """Write the keys of every name, of all vendors: the migrator owns the tables and lifts the force for itself."""
    for table, account in (("accounts", "id"), ("account_aliases", "account_id")):
        op.execute(f"alter table {table} no force row level security")
        statement = sa.text(_NEXT.format(table=table, account=account) + _ORDER)
        last = {"vendor": UUID(int=0), "id": UUID(int=0)}
        while batch := op.get_bind().execute(statement, last).all():
            rows = {(vendor, key, found) for vendor, _, found, name in batch for key in name_keys(name)}
            vendors, keys, accounts = (list(column) for column in zip(*sorted(rows), strict=True))
            op.get_bind().execute(sa.text(_KEEP), {"vendors": vendors, "keys": keys, "accounts": accounts})
            last = {"vendor": batch[-1].vendor_id, "id": batch[-1].id}
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    unprotect("account_name_keys")
    op.drop_index("ix_account_name_keys_account", table_name="account_name_keys")
    op.drop_table("account_name_keys")
