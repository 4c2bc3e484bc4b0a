"""Date names and families of accounts: from when until when, and who confirmed it.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "date_names_and_families"
down_revision = "order_registrations_by_when_they"
branch_labels = None
depends_on = None


_LAWS = {
    "span": "until_on > from_on",
    "source": "source in ('given', 'imported', 'merged', 'observed')",
    "standing": "standing in ('proposed', 'confirmed', 'refused')",
}


def upgrade() -> None:
    op.create_table(
        "account_relations",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("decided_by_type", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("vendor_id"), "="),
            (sa.column("account_id"), "="),
            (sa.text("daterange(from_on, until_on)"), "&&"),
            where=sa.text("standing = 'confirmed'"),
            using="gist",
            name="ex_account_relations_one_parent",
        ),
        sa.CheckConstraint("evidence in ('shared_domain', 'name_begins')", name=op.f("ck_account_relations_evidence")),
        sa.CheckConstraint("source in ('given', 'observed')", name=op.f("ck_account_relations_source")),
        sa.CheckConstraint(
            "standing in ('proposed', 'confirmed', 'refused')", name=op.f("ck_account_relations_standing")
        ),
        sa.CheckConstraint("account_id <> parent_id", name=op.f("ck_account_relations_two_accounts")),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_account_relations_span")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_relations_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "parent_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_relations_vendor_id_parent_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_account_relations")),
        info={"scope": "linked", "link": "account_partners", "link_column": "account_id", "own_column": "account_id"},
    )
    op.create_index(
        "ix_account_relations_account", "account_relations", ["vendor_id", "account_id", "id"], unique=False
    )
    op.create_index("ix_account_relations_parent", "account_relations", ["vendor_id", "parent_id", "id"], unique=False)
    op.add_column("account_aliases", sa.Column("from_on", sa.Date(), nullable=True))
    op.add_column("account_aliases", sa.Column("until_on", sa.Date(), nullable=True))
    op.add_column("account_aliases", sa.Column("source", sa.Text(), server_default=sa.text("'given'"), nullable=False))
    op.add_column(
        "account_aliases", sa.Column("standing", sa.Text(), server_default=sa.text("'confirmed'"), nullable=False)
    )
    op.add_column("account_aliases", sa.Column("decided_by_type", sa.Text(), nullable=True))
    op.add_column("account_aliases", sa.Column("decided_by_id", sa.Text(), nullable=True))
    op.add_column("account_aliases", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account_aliases", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column(
        "account_aliases",
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column(
        "account_aliases",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    # What is written from now on is checked; what is there already, in the next step, which keeps no writer waiting.
    for name, law in _LAWS.items():
        op.execute(f"alter table account_aliases add constraint ck_account_aliases_{name} check ({law}) not valid")
    _force("no force")
    # Nobody wrote down since when an account belongs to another: it holds for any day.
    op.execute(
        "insert into account_relations (vendor_id, id, account_id, parent_id, source, standing, created_at, updated_at)"
        " select vendor_id, gen_random_uuid(), id, parent_id, 'given', 'confirmed', created_at, updated_at"
        " from accounts where parent_id is not null and merged_into_id is null"
    )
    _force("force")
    op.drop_index(op.f("ix_accounts_parent"), table_name="accounts")
    op.drop_constraint(op.f("fk_accounts_vendor_id_parent_id_accounts"), "accounts", type_="foreignkey")
    op.drop_column("accounts", "parent_id")
    protect("account_relations", "linked", link="account_partners", link_column="account_id", own_column="account_id")


def downgrade() -> None:
    unprotect("account_relations")
    op.add_column("accounts", sa.Column("parent_id", sa.UUID(), autoincrement=False, nullable=True))
    op.create_foreign_key(
        op.f("fk_accounts_vendor_id_parent_id_accounts"),
        "accounts",
        "accounts",
        ["vendor_id", "parent_id"],
        ["vendor_id", "id"],
    )
    op.create_index(op.f("ix_accounts_parent"), "accounts", ["vendor_id", "parent_id"], unique=False)
    _force("no force")
    op.execute(
        "update accounts a set parent_id = r.parent_id from account_relations r where r.vendor_id = a.vendor_id"
        " and r.account_id = a.id and r.standing = 'confirmed' and (r.from_on is null or r.from_on <= current_date)"
        " and (r.until_on is null or r.until_on > current_date)"
    )
    # The names that were proposed or refused would count again.
    op.execute("delete from account_aliases where standing <> 'confirmed'")
    _force("force")
    for name in _LAWS:
        op.execute(f"alter table account_aliases drop constraint ck_account_aliases_{name}")
    op.drop_column("account_aliases", "updated_at")
    op.drop_column("account_aliases", "created_at")
    op.drop_column("account_aliases", "version")
    op.drop_column("account_aliases", "decided_at")
    op.drop_column("account_aliases", "decided_by_id")
    op.drop_column("account_aliases", "decided_by_type")
    op.drop_column("account_aliases", "standing")
    op.drop_column("account_aliases", "source")
    op.drop_column("account_aliases", "until_on")
    op.drop_column("account_aliases", "from_on")
    op.drop_index("ix_account_relations_parent", table_name="account_relations")
    op.drop_index("ix_account_relations_account", table_name="account_relations")
    op.drop_table("account_relations")


def _force(how: str) -> None:
    """The migrator owns the tables, and lifts for itself what holds even for owners."""
    for table in ("accounts", "account_aliases"):
        op.execute(f"alter table {table} {how} row level security")
