"""How much is kept of what was called, and for how long."""

from datetime import timedelta

KEPT_CALLS = 1_000
KEPT_FOR = timedelta(days=7)
KEPT_DEPRECATED_FOR = timedelta(days=400)
