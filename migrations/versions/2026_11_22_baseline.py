"""The first full schema: access, network, selling, rules, ledger.

What later steps add, they add beside it. Every tenant table gets `protect`.
"""

import sqlalchemy as sa
from alembic import op
from migrations.row_security import NO_VENDOR, make_roles, protect, unprotect
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_roles()
    op.execute("create extension if not exists btree_gist")
    op.create_table(
        "accounts",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("normal_name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_partner_id", sa.Uuid(), nullable=True),
        sa.Column("is_customer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("vendor_engaged_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "parent_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_accounts_vendor_id_parent_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_accounts")),
        info={"scope": "linked", "link": "account_partners", "link_column": "account_id"},
    )
    op.create_index("ix_accounts_name", "accounts", ["vendor_id", "name", "id"], unique=False)
    op.create_index("ix_accounts_name_key", "accounts", ["vendor_id", "name_key"], unique=False)
    op.create_index("ix_accounts_parent", "accounts", ["vendor_id", "parent_id"], unique=False)
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
        info={"scope": "audience", "grants": "select, insert"},
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
        "import_jobs",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("columns", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("actor_type", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format in ('csv', 'ndjson')", name=op.f("ck_import_jobs_format")),
        sa.CheckConstraint(
            "status in ('queued', 'running', 'completed', 'cancelled', 'failed')", name=op.f("ck_import_jobs_status")
        ),
        sa.CheckConstraint("done_rows <= total_rows", name=op.f("ck_import_jobs_progress")),
        sa.CheckConstraint("done_rows = created + updated + unchanged + failed", name=op.f("ck_import_jobs_tally")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_import_jobs")),
        info={"scope": "staff"},
    )
    op.create_table(
        "partners",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("domains", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("regions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("territories", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("verticals", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("skills", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("cloud_platforms", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("certifications", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("size_band", sa.Text(), nullable=True),
        sa.Column("data_region", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_band in ('small', 'medium', 'large', 'global')", name=op.f("ck_partners_size_band")),
        sa.CheckConstraint(
            "status in ('prospect', 'applicant', 'onboarding', 'active', 'suspended', 'offboarded')",
            name=op.f("ck_partners_status"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_partners")),
        info={"scope": "self"},
    )
    op.create_index("ix_partners_created", "partners", ["vendor_id", "created_at", "id"], unique=False)
    op.create_index("ix_partners_name_key", "partners", ["vendor_id", "name_key", "id"], unique=False)
    op.create_table(
        "personas",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("profile_criteria", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("rights", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_builtin", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("not is_builtin or status = 'active'", name=op.f("ck_personas_builtin_stays")),
        sa.CheckConstraint("status in ('active', 'retired')", name=op.f("ck_personas_status")),
        sa.PrimaryKeyConstraint("vendor_id", "key", name=op.f("pk_personas")),
        info={"scope": "shared"},
    )
    op.create_table(
        "products",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('active', 'retired')", name=op.f("ck_products_status")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_products")),
        sa.UniqueConstraint("vendor_id", "sku", name=op.f("uq_products_vendor_id_sku")),
        info={"scope": "shared"},
    )
    op.create_table(
        "rule_books",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("in_force", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("vendor_id"), "="),
            (sa.column("in_force"), "&&"),
            where=sa.text("status <> 'draft'"),
            using="gist",
            name="ex_rule_books_one_in_force",
        ),
        sa.CheckConstraint("status = 'draft' or in_force is not null", name=op.f("ck_rule_books_published_has_period")),
        sa.CheckConstraint("status in ('draft', 'published', 'retired')", name=op.f("ck_rule_books_status")),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_rule_books")),
        sa.UniqueConstraint("vendor_id", "number", name=op.f("uq_rule_books_vendor_id_number")),
        info={"scope": "shared"},
    )
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
        "account_aliases",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("normal_name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_aliases_vendor_id_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_account_aliases")),
        sa.UniqueConstraint(
            "vendor_id", "account_id", "name_key", name=op.f("uq_account_aliases_vendor_id_account_id_name_key")
        ),
        info={"scope": "staff"},
    )
    op.create_index("ix_account_aliases_name_key", "account_aliases", ["vendor_id", "name_key"], unique=False)
    op.create_table(
        "account_external_ids",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_external_ids_vendor_id_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_account_external_ids")),
        sa.UniqueConstraint(
            "vendor_id", "system", "external_id", name=op.f("uq_account_external_ids_vendor_id_system_external_id")
        ),
        info={"scope": "staff"},
    )
    op.create_index(
        "ix_account_external_ids_account", "account_external_ids", ["vendor_id", "account_id"], unique=False
    )
    op.create_table(
        "account_identifiers",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('domain', 'duns', 'lei', 'company_number', 'vat')", name=op.f("ck_account_identifiers_kind")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_identifiers_vendor_id_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_account_identifiers")),
        sa.UniqueConstraint("vendor_id", "kind", "value", name=op.f("uq_account_identifiers_vendor_id_kind_value")),
        info={"scope": "linked", "link": "account_partners", "link_column": "account_id", "own_column": "account_id"},
    )
    op.create_index("ix_account_identifiers_account", "account_identifiers", ["vendor_id", "account_id"], unique=False)
    op.create_table(
        "account_partners",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_account_partners_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_account_partners_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "account_id", "partner_id", name=op.f("pk_account_partners")),
        info={"scope": "partner"},
    )
    op.create_index(
        "ix_account_partners_partner", "account_partners", ["vendor_id", "partner_id", "account_id"], unique=False
    )
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
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_clients_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_clients")),
        info={"scope": "partner"},
    )
    op.create_index("ix_clients_partner", "clients", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_contacts_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_contacts")),
        info={"scope": "partner"},
    )
    op.create_index("ix_contacts_partner", "contacts", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index("uq_contacts_email", "contacts", ["vendor_id", "partner_id", "email"], unique=True)
    op.create_index(
        "uq_contacts_primary",
        "contacts",
        ["vendor_id", "partner_id"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "decisions",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("remedies", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rule_book_id", sa.Uuid(), nullable=False),
        sa.Column("book_number", sa.Integer(), nullable=False),
        sa.Column("book_hash", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts_hash", sa.Text(), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by_type", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('automatic', 'human')", name=op.f("ck_decisions_kind")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "rule_book_id"],
            ["rule_books.vendor_id", "rule_books.id"],
            name=op.f("fk_decisions_vendor_id_rule_book_id_rule_books"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "supersedes_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_decisions_vendor_id_supersedes_id_decisions"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_decisions")),
        info={"scope": "partner", "grants": "select, insert"},
    )
    op.create_index("ix_decisions_partner", "decisions", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index("ix_decisions_subject", "decisions", ["vendor_id", "subject_id", "decided_at"], unique=False)
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
    op.create_table(
        "import_chunks",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "import_id"],
            ["import_jobs.vendor_id", "import_jobs.id"],
            name=op.f("fk_import_chunks_vendor_id_import_id_import_jobs"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "import_id", "starts_at", name=op.f("pk_import_chunks")),
        info={"scope": "staff"},
    )
    op.create_table(
        "import_problems",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "import_id"],
            ["import_jobs.vendor_id", "import_jobs.id"],
            name=op.f("fk_import_problems_vendor_id_import_id_import_jobs"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_import_problems")),
        info={"scope": "staff"},
    )
    op.create_index(
        "ix_import_problems_row", "import_problems", ["vendor_id", "import_id", "row_number", "id"], unique=False
    )
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
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_members_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_members")),
        info={"scope": "partner"},
    )
    op.create_index("ix_members_partner", "members", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_index("uq_members_email", "members", ["vendor_id", sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "partner_aliases",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_aliases_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_partner_aliases")),
        sa.UniqueConstraint("vendor_id", "name_key", name=op.f("uq_partner_aliases_vendor_id_name_key")),
        info={"scope": "partner"},
    )
    op.create_index("ix_partner_aliases_partner", "partner_aliases", ["vendor_id", "partner_id"], unique=False)
    op.create_table(
        "partner_external_ids",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_external_ids_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_partner_external_ids")),
        sa.UniqueConstraint(
            "vendor_id", "partner_id", "system", name=op.f("uq_partner_external_ids_vendor_id_partner_id_system")
        ),
        sa.UniqueConstraint(
            "vendor_id", "system", "external_id", name=op.f("uq_partner_external_ids_vendor_id_system_external_id")
        ),
        info={"scope": "partner"},
    )
    op.create_table(
        "partner_personas",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("vendor_id"), "="),
            (sa.column("partner_id"), "="),
            (sa.column("persona"), "="),
            (sa.text("daterange(from_on, until_on)"), "&&"),
            using="gist",
            name="ex_partner_personas_held",
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_partner_personas_span")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_personas_vendor_id_partner_id_partners"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "persona"],
            ["personas.vendor_id", "personas.key"],
            name=op.f("fk_partner_personas_vendor_id_persona_personas"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_partner_personas")),
        info={"scope": "partner"},
    )
    op.create_index("ix_partner_personas_partner", "partner_personas", ["vendor_id", "partner_id", "id"], unique=False)
    op.create_table(
        "partner_relationships",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('parent_of', 'distributes_to', 'subcontracts_to', 'refers_to')",
            name=op.f("ck_partner_relationships_kind"),
        ),
        sa.CheckConstraint("partner_id <> other_id", name=op.f("ck_partner_relationships_two")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "other_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_relationships_vendor_id_other_id_partners"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_relationships_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_partner_relationships")),
        sa.UniqueConstraint(
            "vendor_id",
            "kind",
            "partner_id",
            "other_id",
            name=op.f("uq_partner_relationships_vendor_id_kind_partner_id_other_id"),
        ),
        info={"scope": "partner"},
    )
    op.create_index(
        "ix_partner_relationships_other", "partner_relationships", ["vendor_id", "other_id", "kind"], unique=False
    )
    op.create_index(
        "ix_partner_relationships_partner", "partner_relationships", ["vendor_id", "partner_id", "id"], unique=False
    )
    op.create_index(
        "uq_partner_relationships_parent",
        "partner_relationships",
        ["vendor_id", "other_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'parent_of'"),
    )
    op.create_table(
        "partner_status_changes",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("actor_type", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "event_id"],
            ["events.vendor_id", "events.id"],
            name=op.f("fk_partner_status_changes_vendor_id_event_id_events"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_partner_status_changes_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_partner_status_changes")),
        info={"scope": "partner", "grants": "select, insert"},
    )
    op.create_index(
        "ix_partner_status_changes_action", "partner_status_changes", ["vendor_id", "action", "at"], unique=False
    )
    op.create_index(
        "ix_partner_status_changes_partner", "partner_status_changes", ["vendor_id", "partner_id", "id"], unique=False
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
        "deal_registrations",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("claim_account_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("deal_type", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("expected_close_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reasons", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("remedies", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_partner", sa.Boolean(), nullable=False),
        sa.Column("resubmissions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("lost_reason", sa.Text(), nullable=True),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("external_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(amount_minor is null) = (currency is null)", name=op.f("ck_deal_registrations_amount_has_currency")
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_deal_registrations_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_deal_registrations_vendor_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "claim_account_id"],
            ["accounts.vendor_id", "accounts.id"],
            name=op.f("fk_deal_registrations_vendor_id_claim_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "decision_id"],
            ["decisions.vendor_id", "decisions.id"],
            name=op.f("fk_deal_registrations_vendor_id_decision_id_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "partner_id"],
            ["partners.vendor_id", "partners.id"],
            name=op.f("fk_deal_registrations_vendor_id_partner_id_partners"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_deal_registrations")),
        sa.UniqueConstraint("vendor_id", "number", name=op.f("uq_deal_registrations_vendor_id_number")),
        sa.UniqueConstraint(
            "vendor_id", "partner_id", "external_system", "external_id", name="uq_deal_registrations_external_id"
        ),
        info={"scope": "partner"},
    )
    op.create_index("ix_deal_registrations_account", "deal_registrations", ["vendor_id", "account_id"], unique=False)
    op.create_index(
        "ix_deal_registrations_claim",
        "deal_registrations",
        ["vendor_id", "claim_account_id", "status", "submitted_at"],
        unique=False,
    )
    op.create_index(
        "ix_deal_registrations_partner",
        "deal_registrations",
        ["vendor_id", "partner_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_deal_registrations_recent", "deal_registrations", ["vendor_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_deal_registrations_status",
        "deal_registrations",
        ["vendor_id", "status", "submitted_at", "id"],
        unique=False,
    )
    op.create_table(
        "deal_notes",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_side", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience in ('partner', 'staff')", name=op.f("ck_deal_notes_audience")),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_deal_notes_vendor_id_deal_id_deal_registrations"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_deal_notes")),
        info={"scope": "audience", "grants": "select, insert"},
    )
    op.create_index("ix_deal_notes_deal", "deal_notes", ["vendor_id", "deal_id", "id"], unique=False)
    op.create_table(
        "deal_products",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_deal_products_vendor_id_deal_id_deal_registrations"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "product_id"],
            ["products.vendor_id", "products.id"],
            name=op.f("fk_deal_products_vendor_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "deal_id", "product_id", name=op.f("pk_deal_products")),
        info={"scope": "partner"},
    )
    op.create_index("ix_deal_products_product", "deal_products", ["vendor_id", "product_id"], unique=False)
    op.create_table(
        "protections",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("period", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("ended_how", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("vendor_id"), "="),
            (sa.column("account_id"), "="),
            (sa.column("product_id"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="ex_protections_one_holder",
        ),
        sa.CheckConstraint(
            "ended_how in ('expired', 'released', 'revoked', 'closed_won', 'closed_lost')",
            name=op.f("ck_protections_ended_how"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id", "deal_id"],
            ["deal_registrations.vendor_id", "deal_registrations.id"],
            name=op.f("fk_protections_vendor_id_deal_id_deal_registrations"),
        ),
        sa.PrimaryKeyConstraint("vendor_id", "id", name=op.f("pk_protections")),
        info={"scope": "partner"},
    )
    op.create_index("ix_protections_deal", "protections", ["vendor_id", "deal_id"], unique=False)
    protect("accounts", "linked", link="account_partners", link_column="account_id")
    protect("counters", "machinery")
    protect("event_heads", "machinery")
    protect("events", "audience", grants="select, insert")
    protect("idempotency_keys", "machinery")
    protect("import_jobs", "staff")
    protect("partners", "self")
    protect("personas", "shared")
    protect("products", "shared")
    protect("rule_books", "shared")
    op.execute("grant select on signing_keys to ecosystem_app")
    op.execute("grant select, insert on tenants to ecosystem_app")
    protect("vendors", "shared")
    op.execute("grant select on worker_beats to ecosystem_app")
    protect("account_aliases", "staff")
    protect("account_external_ids", "staff")
    protect("account_identifiers", "linked", link="account_partners", link_column="account_id", own_column="account_id")
    protect("account_partners", "partner")
    protect("clients", "partner")
    protect("contacts", "partner")
    protect("decisions", "partner", grants="select, insert")
    protect("deliveries", "machinery")
    protect("import_chunks", "staff")
    protect("import_problems", "staff")
    protect("members", "partner")
    protect("partner_aliases", "partner")
    protect("partner_external_ids", "partner")
    protect("partner_personas", "partner")
    protect("partner_relationships", "partner")
    protect("partner_status_changes", "partner", grants="select, insert")
    protect("client_secrets", "partner")
    protect("deal_registrations", "partner")
    protect("deal_notes", "audience", grants="select, insert")
    protect("deal_products", "partner")
    protect("protections", "partner")
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
    unprotect("accounts")
    unprotect("counters")
    unprotect("event_heads")
    unprotect("events")
    unprotect("idempotency_keys")
    unprotect("import_jobs")
    unprotect("partners")
    unprotect("personas")
    unprotect("products")
    unprotect("rule_books")
    unprotect("vendors")
    unprotect("account_aliases")
    unprotect("account_external_ids")
    unprotect("account_identifiers")
    unprotect("account_partners")
    unprotect("clients")
    unprotect("contacts")
    unprotect("decisions")
    unprotect("deliveries")
    unprotect("import_chunks")
    unprotect("import_problems")
    unprotect("members")
    unprotect("partner_aliases")
    unprotect("partner_external_ids")
    unprotect("partner_personas")
    unprotect("partner_relationships")
    unprotect("partner_status_changes")
    unprotect("client_secrets")
    unprotect("deal_registrations")
    unprotect("deal_notes")
    unprotect("deal_products")
    unprotect("protections")
    op.execute("drop policy events_relay on events")
    op.execute("drop policy deliveries_relay on deliveries")
    op.drop_index("ix_protections_deal", table_name="protections")
    op.drop_table("protections")
    op.drop_index("ix_deal_products_product", table_name="deal_products")
    op.drop_table("deal_products")
    op.drop_index("ix_deal_notes_deal", table_name="deal_notes")
    op.drop_table("deal_notes")
    op.drop_index("ix_deal_registrations_status", table_name="deal_registrations")
    op.drop_index("ix_deal_registrations_recent", table_name="deal_registrations")
    op.drop_index("ix_deal_registrations_partner", table_name="deal_registrations")
    op.drop_index("ix_deal_registrations_claim", table_name="deal_registrations")
    op.drop_index("ix_deal_registrations_account", table_name="deal_registrations")
    op.drop_table("deal_registrations")
    op.drop_index("ix_client_secrets_client", table_name="client_secrets")
    op.drop_table("client_secrets")
    op.drop_index("ix_partner_status_changes_partner", table_name="partner_status_changes")
    op.drop_index("ix_partner_status_changes_action", table_name="partner_status_changes")
    op.drop_table("partner_status_changes")
    op.drop_index(
        "uq_partner_relationships_parent",
        table_name="partner_relationships",
        postgresql_where=sa.text("kind = 'parent_of'"),
    )
    op.drop_index("ix_partner_relationships_partner", table_name="partner_relationships")
    op.drop_index("ix_partner_relationships_other", table_name="partner_relationships")
    op.drop_table("partner_relationships")
    op.drop_index("ix_partner_personas_partner", table_name="partner_personas")
    op.drop_table("partner_personas")
    op.drop_table("partner_external_ids")
    op.drop_index("ix_partner_aliases_partner", table_name="partner_aliases")
    op.drop_table("partner_aliases")
    op.drop_index("uq_members_email", table_name="members")
    op.drop_index("ix_members_partner", table_name="members")
    op.drop_table("members")
    op.drop_index("ix_import_problems_row", table_name="import_problems")
    op.drop_table("import_problems")
    op.drop_table("import_chunks")
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
    op.drop_index("ix_decisions_subject", table_name="decisions")
    op.drop_index("ix_decisions_partner", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("uq_contacts_primary", table_name="contacts", postgresql_where=sa.text("is_primary"))
    op.drop_index("uq_contacts_email", table_name="contacts")
    op.drop_index("ix_contacts_partner", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_clients_partner", table_name="clients")
    op.drop_table("clients")
    op.drop_index("ix_account_partners_partner", table_name="account_partners")
    op.drop_table("account_partners")
    op.drop_index("ix_account_identifiers_account", table_name="account_identifiers")
    op.drop_table("account_identifiers")
    op.drop_index("ix_account_external_ids_account", table_name="account_external_ids")
    op.drop_table("account_external_ids")
    op.drop_index("ix_account_aliases_name_key", table_name="account_aliases")
    op.drop_table("account_aliases")
    op.drop_table("worker_beats")
    op.drop_table("vendors")
    op.drop_table("tenants")
    op.drop_table("signing_keys")
    op.drop_table("rule_books")
    op.drop_table("products")
    op.drop_table("personas")
    op.drop_index("ix_partners_name_key", table_name="partners")
    op.drop_index("ix_partners_created", table_name="partners")
    op.drop_table("partners")
    op.drop_table("import_jobs")
    op.drop_index("ix_idempotency_keys_age", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("uq_events_position", table_name="events", postgresql_where=sa.text("position is not null"))
    op.drop_index("ix_events_unstamped", table_name="events", postgresql_where=sa.text("position is null"))
    op.drop_index("ix_events_subject", table_name="events")
    op.drop_index("ix_events_partner", table_name="events")
    op.drop_table("events")
    op.drop_table("event_heads")
    op.drop_table("counters")
    op.drop_index("ix_accounts_parent", table_name="accounts")
    op.drop_index("ix_accounts_name_key", table_name="accounts")
    op.drop_index("ix_accounts_name", table_name="accounts")
    op.drop_table("accounts")
