"""The people a partner names: whom to call about what. They need no account here.

Used by whoever works with a partner. Personal data stays in this one table: never in the ledger or in logs, and gone
for good when deleted. Not here: people who act over the API (access/members).
"""
