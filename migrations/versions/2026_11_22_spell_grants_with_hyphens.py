"""Spell grants with hyphens: `request-log:read` and `deprecated-calls:read`, as all others.

Credentials narrowed to the old words get the new ones. An older release that still runs knows these not and gives such
a credential less, never more.
"""

from alembic import op

revision = "spell_grants_with_hyphens"
down_revision = "one_holder_by_region"
branch_labels = None
depends_on = None

_RENAMED = {"request_log:read": "request-log:read", "deprecated_calls:read": "deprecated-calls:read"}


def upgrade() -> None:
    _respell(_RENAMED)


def downgrade() -> None:
    _respell({new: old for old, new in _RENAMED.items()})


def _respell(words: dict[str, str]) -> None:
    # The migrator owns the table, and lifts for itself what holds even for owners.
    op.execute("alter table clients no force row level security")
    for old, new in words.items():
        op.execute(f"update clients set scopes = array_replace(scopes, '{old}', '{new}') where '{old}' = any(scopes)")
    op.execute("alter table clients force row level security")
