"""Appeal refusals of more time and of amendments.

Expand, never rewrite: new columns are nullable; constraints are added NOT VALID and validated by the next step.
"""

import sqlalchemy as sa
from alembic import op

revision = "appeal_refused_requests"
down_revision = "let_a_subject_have_cases_by_kind"
branch_labels = None
depends_on = None

_ABOUT = {"extension_id": "extension_requests", "amendment_id": "amendments"}
_EFFECTS = ("none", "approved", "queued", "displaced", "revoked")


def _check(words: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_dispute_parties_effect"), "dispute_parties", type_="check")
    op.execute(
        f"alter table dispute_parties add constraint ck_dispute_parties_effect check (effect in {words}) not valid"
    )


def upgrade() -> None:
    for column, table in _ABOUT.items():
        op.add_column("disputes", sa.Column(column, sa.Uuid(), nullable=True))
        op.execute(
            f"alter table disputes add constraint fk_disputes_vendor_id_{column}_{table} "
            f"foreign key (vendor_id, {column}) references {table} (vendor_id, id) not valid"
        )
    _check((*_EFFECTS, "extended", "amended"))


def downgrade() -> None:
    op.execute("alter table dispute_parties no force row level security")
    op.execute("update dispute_parties set effect = 'none' where effect in ('extended', 'amended')")
    op.execute("alter table dispute_parties force row level security")
    _check(_EFFECTS)
    for column in _ABOUT:
        op.drop_column("disputes", column)
