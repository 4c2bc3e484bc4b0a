"""Say how cases of disputes end, and those whose subject ended before them.

Expand, never rewrite: constraints are added NOT VALID and validated later.
"""

from alembic import op

revision = "end_cases_in_more_words"
down_revision = "let_vendors_define_custom_fields"
branch_labels = None
depends_on = None

_BEFORE = ("approved", "rejected", "returned", "queued", "withdrawn", "superseded", "lapsed")
_MORE = ("upheld", "overturned", "split", "void")


def _check(words: tuple[str, ...]) -> None:
    # Not valid: whatever stands there obeys the narrower law before. The next step says so.
    op.drop_constraint(op.f("ck_reviews_closed_how"), "reviews", type_="check")
    op.execute(f"alter table reviews add constraint ck_reviews_closed_how check (closed_how in {words}) not valid")


def upgrade() -> None:
    _check((*_BEFORE, *_MORE))


def downgrade() -> None:
    # The words from before that come nearest.
    op.execute("alter table reviews no force row level security")
    op.execute("update reviews set closed_how = 'approved' where closed_how in ('overturned', 'split')")
    op.execute("update reviews set closed_how = 'rejected' where closed_how = 'upheld'")
    op.execute("update reviews set closed_how = 'withdrawn' where closed_how = 'void'")
    op.execute("alter table reviews force row level security")
    _check(_BEFORE)
