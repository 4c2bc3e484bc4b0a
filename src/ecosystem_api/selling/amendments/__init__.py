"""Amendments: a submitted registration changes only by proposals with field paths and a reason, which reviewers see.

Used by partners and whoever registers for them; judged by the book in force as `deal_registration.amend`, or by the
vendor's reviewers where the book leaves it to a person. What an amendment does to a claim is in `selling/deals`.
"""
