"""Write the keys of names anew: words of few consonants are their own key now.

About 100,000 accounts a minute. They are made by the law in force when the step runs; a later change of that law writes
all keys anew. Going down changes nothing: the keys of either law only find candidates.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from ecosystem_api.market.accounts.domain import name_keys

revision = "write_the_keys_of_names_anew"
down_revision = "merge_and_part_accounts"
branch_labels = None
depends_on = None

_TABLES = ("accounts", "account_aliases", "account_name_keys")
_BATCH = 5_000
_NEXT = f"""
    select vendor_id, id, array_prepend(normal_name, array(
        select alias.normal_name from account_aliases alias
        where (alias.vendor_id, alias.account_id) = (accounts.vendor_id, accounts.id)
    )) as names
    from accounts where (vendor_id, id) > (:vendor, :id) and merged_into_id is null
    order by vendor_id, id limit {_BATCH}
"""
_DROP = """
    delete from account_name_keys held
    using unnest(cast(:vendors as uuid[]), cast(:accounts as uuid[])) as done (vendor_id, account_id)
    where (held.vendor_id, held.account_id) = (done.vendor_id, done.account_id)
"""
_KEEP = """
    insert into account_name_keys (vendor_id, key, account_id)
    select * from unnest(cast(:vendors as uuid[]), cast(:keys as text[]), cast(:accounts as uuid[]))
    on conflict do nothing
"""


def upgrade() -> None:
    # The migrator owns the tables, and lifts for itself what holds even for owners.
    for table in _TABLES:
        op.execute(f"alter table {table} no force row level security")
    last = {"vendor": UUID(int=0), "id": UUID(int=0)}
    while batch := op.get_bind().execute(sa.text(_NEXT), last).all():
        whose = {"vendors": [row.vendor_id for row in batch], "accounts": [row.id for row in batch]}
        op.get_bind().execute(sa.text(_DROP), whose)
        rows = sorted({(row.vendor_id, key, row.id) for row in batch for name in row.names for key in name_keys(name)})
        vendors, keys, accounts = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
        op.get_bind().execute(sa.text(_KEEP), {"vendors": vendors, "keys": keys, "accounts": accounts})
        last = {"vendor": batch[-1].vendor_id, "id": batch[-1].id}
    for table in _TABLES:
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """The keys stay: an older release finds fewer names by them until it writes them, and none wrongly."""
