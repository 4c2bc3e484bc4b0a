"""The first full schema: access, network, selling, rules, ledger.

What later steps add, they add beside it. Every tenant table gets `protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import NO_VENDOR, make_roles, protect
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_roles()
    op.execute("create extension if not exists btree_gist")
    op.create_table(
        "clients",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(partner_id is not null) = (role in ('partner_admin', 'partner_member'))",
            name=op.f("ck_clients_role_side"),
        ),
        sa.CheckConstraint("status in ('active', 'revoked')", name=op.f("ck_clients_status")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_clients")),
        info={"scope": "partner"},
    )
    op.create_index("ix_clients_partner", "clients", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_table(
        "counters",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "name", name=op.f("pk_counters")),
        info={"scope": "machinery"},
    )
    op.create_table(
        "event_heads",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", name=op.f("pk_event_heads")),
        info={"scope": "machinery"},
    )
    op.create_table(
        "events",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("actor_type", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "staff_data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.CheckConstraint("audience in ('staff', 'partner', 'everyone')", name=op.f("ck_events_audience")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_events")),
        info={"scope": "audience"},
    )
    op.create_index("ix_events_partner", "events", ["vendor_id", "partner_id", "position"], unique=False)
    op.create_index("ix_events_subject", "events", ["vendor_id", "subject_id", "position"], unique=False)
    op.create_index(
        "ix_events_unstamped", "events", ["vendor_id", "id"], unique=False, postgresql_where=sa.text("position is null")
    )
    op.create_index(
        "uq_events_position",
        "events",
        ["vendor_id", "position"],
        unique=True,
        postgresql_where=sa.text("position is not null"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", "actor_id", "key", name=op.f("pk_idempotency_keys")),
        info={"scope": "machinery"},
    )
    op.create_index("ix_idempotency_keys_age", "idempotency_keys", ["vendor_id", "created_at"], unique=False)
    op.create_table(
        "members",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(partner_id is not null) = (role in ('partner_admin', 'partner_member'))",
            name=op.f("ck_members_role_side"),
        ),
        sa.CheckConstraint("status in ('active', 'deactivated')", name=op.f("ck_members_status")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_members")),
        info={"scope": "partner"},
    )
    op.create_index("ix_members_partner", "members", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index("uq_members_email", "members", ["vendor_id", sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_jwk", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
        info={"scope": "reference"},
    )
    op.create_table(
        "tenants",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", name=op.f("pk_tenants")),
        info={"scope": "reference"},
    )
    op.create_table(
        "vendors",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("data_region", sa.Text(), server_default="eu", nullable=False),
        sa.Column("base_currency", sa.Text(), server_default="USD", nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = vendor_id", name=op.f("ck_vendors_own_tenant")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_vendors")),
        info={"scope": "shared"},
    )
    op.create_table(
        "worker_beats",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relay_lag_seconds", sa.Float(), nullable=False),
        sa.Column("unstamped", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_beats")),
        info={"scope": "local"},
    )
    op.create_table(
        "client_secrets",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hashed", sa.Text(), nullable=False),
        sa.Column("ends_with", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["vendor_id", "client_id"],
            ["clients.vendor_id", "clients.id"],
            name=op.f("fk_client_secrets_vendor_id_client_id_clients"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_client_secrets")),
        info={"scope": "partner"},
    )
    op.create_index("ix_client_secrets_client", "client_secrets", ["vendor_id", "client_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_holder", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('pending', 'done', 'dead', 'cancelled')", name=op.f("ck_deliveries_state")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "event_id"],
            ["events.vendor_id", "events.id"],
            name=op.f("fk_deliveries_vendor_id_event_id_events"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_deliveries")),
        info={"scope": "machinery"},
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at", "vendor_id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_finished",
        "deliveries",
        ["vendor_id", "finished_at"],
        unique=False,
        postgresql_where=sa.text("state in ('done', 'cancelled')"),
    )
    op.create_index(
        "ix_deliveries_next",
        "deliveries",
        ["vendor_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_deliveries_live",
        "deliveries",
        ["vendor_id", "handler", "dedupe_key"],
        unique=True,
        postgresql_where=sa.text("state = 'pending' and dedupe_key is not null"),
    )
    protect("clients", "partner")
    protect("counters", "machinery")
    protect("event_heads", "machinery")
    protect("events", "audience", grants="select, insert")
    protect("idempotency_keys", "machinery")
    protect("members", "partner")
    op.execute("grant select on signing_keys to ecosystem_app")
    op.execute("grant select, insert on tenants to ecosystem_app")
    protect("vendors", "shared")
    op.execute("grant select on worker_beats to ecosystem_app")
    protect("client_secrets", "partner")
    protect("deliveries", "machinery")
    op.execute("grant update (position) on events to ecosystem_worker")
    op.execute("grant select, insert, update, delete on worker_beats to ecosystem_worker")
    op.execute(
        f"create policy events_relay on events for select to ecosystem_worker using (position is null and {NO_VENDOR})"
    )
    op.execute(
        "create policy deliveries_relay on deliveries for select to ecosystem_worker "
        f"using (state = 'pending' and {NO_VENDOR})"
    )


def downgrade() -> None:
    op.drop_index(
        "uq_deliveries_live",
        table_name="deliveries",
        postgresql_where=sa.text("state = 'pending' and dedupe_key is not null"),
    )
    op.drop_index("ix_deliveries_next", table_name="deliveries", postgresql_where=sa.text("state = 'pending'"))
    op.drop_index(
        "ix_deliveries_finished", table_name="deliveries", postgresql_where=sa.text("state in ('done', 'cancelled')")
    )
    op.drop_index("ix_deliveries_due", table_name="deliveries", postgresql_where=sa.text("state = 'pending'"))
    op.drop_table("deliveries")
    op.drop_index("ix_client_secrets_client", table_name="client_secrets")
    op.drop_table("client_secrets")
    op.drop_table("worker_beats")
    op.drop_table("vendors")
    op.drop_table("tenants")
    op.drop_table("signing_keys")
    op.drop_index("uq_members_email", table_name="members")
    op.drop_index("ix_members_partner", table_name="members")
    op.drop_table("members")
    op.drop_index("ix_idempotency_keys_age", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("uq_events_position", table_name="events", postgresql_where=sa.text("position is not null"))
    op.drop_index("ix_events_unstamped", table_name="events", postgresql_where=sa.text("position is null"))
    op.drop_index("ix_events_subject", table_name="events")
    op.drop_index("ix_events_partner", table_name="events")
    op.drop_table("events")
    op.drop_table("event_heads")
    op.drop_table("counters")
    op.drop_index("ix_clients_partner", table_name="clients")
    op.drop_table("clients")
