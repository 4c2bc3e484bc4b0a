"""Conflicts with the vendor's own sellers: their opportunities, and what a partner is owed for one on its claim.

Used by the CRM's feed (opportunities), by the vendor's side (choose how to make good, prove it) and by partners (see
what is owed, accept or contest it). Not here: contests between partners, which are `cosell/disputes`.
"""
