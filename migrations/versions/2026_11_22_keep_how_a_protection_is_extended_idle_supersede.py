"""Keep how a protection is extended, idle, superseded.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op

revision = "keep_how_a_protection_is_extende"
down_revision = "keep_calendars_of_business_hours"
branch_labels = None
depends_on = None

_STATUSES = (
    "draft", "submitted", "in_review", "action_required", "waiting", "approved", "rejected", "withdrawn", "expired",
    "released", "revoked", "closed",
)  # fmt: skip
_ENDINGS = ("expired", "released", "revoked", "closed_won", "closed_lost")


def _check(table: str, column: str, words: tuple[str, ...]) -> None:
    # Not valid: whatever stands there obeys the narrower law before. The next step says so.
    op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
    op.execute(f"alter table {table} add constraint ck_{table}_{column} check ({column} in {words}) not valid")


def upgrade() -> None:
    op.add_column("decisions", sa.Column("runner_up_percent", sa.Integer(), nullable=True))
    op.add_column("protections", sa.Column("granted_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("protections", sa.Column("idle_days", sa.Integer(), nullable=True))
    op.add_column("protections", sa.Column("extensions", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("protections", sa.Column("extended_days", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _check("deal_registrations", "status", (*_STATUSES, "superseded"))
    _check("protections", "ended_how", (*_ENDINGS, "idle", "superseded", "amended"))


def downgrade() -> None:
    # The words from before that come nearest.
    for table in ("deal_registrations", "protections"):
        op.execute(f"alter table {table} no force row level security")
    op.execute("update deal_registrations set status = 'revoked' where status = 'superseded'")
    op.execute("update protections set ended_how = 'revoked' where ended_how = 'superseded'")
    op.execute("update protections set ended_how = 'released' where ended_how in ('idle', 'amended')")
    for table in ("deal_registrations", "protections"):
        op.execute(f"alter table {table} force row level security")
    _check("protections", "ended_how", _ENDINGS)
    _check("deal_registrations", "status", _STATUSES)
    op.drop_column("protections", "extended_days")
    op.drop_column("protections", "extensions")
    op.drop_column("protections", "idle_days")
    op.drop_column("protections", "granted_until")
    op.drop_column("decisions", "runner_up_percent")
