"""Fields that a vendor adds to its records: what they are called, what they may hold, and who may read and write them.

Used by partners, accounts and deal registrations, which keep the values, and by the rules of engagement, which read
them. Not here: the values themselves, and what a rule makes of them.
"""
