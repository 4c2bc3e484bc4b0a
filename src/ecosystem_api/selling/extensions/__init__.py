"""Extension requests: a partner asks for more time for a protected claim, with evidence, and is told what was decided.

Used by partners and whoever registers for them; judged by the book in force as `deal_registration.extend`, or by the
vendor's reviewers where the book leaves it to a person. The protection itself is in `selling/deals`.
"""
