"""Let a claim have one holder by region.

An exclusion constraint can be made neither CONCURRENTLY nor NOT VALID: while its index is built, claims are neither
granted nor read. The old one goes when the new one stands, so that at no instant two can hold one claim.
"""

import sqlalchemy as sa
from alembic import op

revision = "one_holder_by_region"
down_revision = "keep_regions_of_claims"
branch_labels = None
depends_on = None

BEFORE, AFTER = "ex_protections_one_holder", "ex_protections_one_holder_by_region"
_EXTENT = "int8range(hashtextextended(region, 0) >> 1, hashtextextended(region, 0) >> 1, '[]')"
_SHARED = """
select count(*) from protections one join protections other
    on (one.vendor_id, one.account_id, one.product_id) = (other.vendor_id, other.account_id, other.product_id)
    and one.period && other.period and one.id < other.id
"""


def _exclude(name: str, *more: str) -> None:
    parts = ", ".join(("vendor_id with =", "account_id with =", "product_id with =", *more, "period with &&"))
    op.execute(f"alter table protections add constraint {name} exclude using gist ({parts})")


def upgrade() -> None:
    _exclude(AFTER, f"{_EXTENT} with &&")
    op.drop_constraint(BEFORE, "protections")


def downgrade() -> None:
    op.execute("alter table protections no force row level security")
    shared = op.get_bind().execute(sa.text(_SHARED)).scalar_one()
    op.execute("alter table protections force row level security")
    if shared:
        raise RuntimeError(
            f"{shared} claims on one customer and product run, or ran, side by side by region; the constraint "
            "of before knows no regions. Go on with this step, or restore from before it."
        )
    _exclude(BEFORE)
    op.drop_constraint(AFTER, "protections")
