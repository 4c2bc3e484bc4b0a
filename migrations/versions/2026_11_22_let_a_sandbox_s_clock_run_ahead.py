"""Let a sandbox's clock run ahead.

Expand, never rewrite: new columns are nullable or have a constant default; indexes on grown tables are made
CONCURRENTLY in a step of their own; constraints are added NOT VALID and validated later. Every new tenant table gets
`protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import APP, NO_VENDOR, VENDOR

revision = "let_a_sandbox_s_clock_run_ahead"
down_revision = "let_the_planner_see_policies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenants", sa.Column("is_sandbox", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "tenants", sa.Column("clock_ahead_seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    # The one table of all vendors: read for housekeeping, in a vendor's own transaction only of itself. No clock but a
    # sandbox's moves, whatever a statement says.
    op.execute("alter table vendors no force row level security")
    op.execute("update tenants t set is_sandbox = true from vendors v where v.vendor_id = t.vendor_id and v.is_sandbox")
    op.execute("alter table vendors force row level security")
    op.create_check_constraint(
        op.f("ck_tenants_only_a_sandbox_runs_ahead"),
        "tenants",
        "clock_ahead_seconds = 0 or (is_sandbox and clock_ahead_seconds > 0)",
    )
    op.execute(f"grant update (clock_ahead_seconds) on tenants to {APP}")
    op.execute("alter table tenants enable row level security")
    op.execute(f"create policy tenants_read on tenants for select to {APP} using ({VENDOR} or {NO_VENDOR})")
    op.execute(f"create policy tenants_insert on tenants for insert to {APP} with check ({VENDOR})")
    op.execute(f"create policy tenants_update on tenants for update to {APP} using ({VENDOR} and is_sandbox)")


def downgrade() -> None:
    for action in ("read", "insert", "update"):
        op.execute(f"drop policy tenants_{action} on tenants")
    op.execute("alter table tenants disable row level security")
    op.execute(f"revoke update (clock_ahead_seconds) on tenants from {APP}")
    op.drop_constraint(op.f("ck_tenants_only_a_sandbox_runs_ahead"), "tenants", type_="check")
    op.drop_column("tenants", "clock_ahead_seconds")
    op.drop_column("tenants", "is_sandbox")
