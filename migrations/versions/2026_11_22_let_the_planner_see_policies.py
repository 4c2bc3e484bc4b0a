"""The same rows for the same callers, in words that the planner estimates better; a list's index by status and age."""

from alembic import op
from migrations.row_security import judge_again

revision = "let_the_planner_see_policies"
down_revision = "let_clients_prove_themselves_wit"
branch_labels = None
depends_on = None

_LINKED = {"link": "account_partners", "link_column": "account_id"}


def upgrade() -> None:
    judge_again("partners", "self")
    for table in ("deal_registrations", "deal_products", "protections", "account_partners"):
        judge_again(table, "partner")
    for table in ("partner_personas", "partner_aliases", "partner_external_ids", "partner_relationships"):
        judge_again(table, "partner")
    judge_again("accounts", "linked", **_LINKED)
    judge_again("account_identifiers", "linked", **_LINKED, own_column="account_id")
    judge_again("events", "audience")
    op.create_index(
        "ix_deal_registrations_status_age",
        "deal_registrations",
        ["vendor_id", "status", "created_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    # The policies stay: they let the same rows pass as those before.
    op.drop_index("ix_deal_registrations_status_age", "deal_registrations")
