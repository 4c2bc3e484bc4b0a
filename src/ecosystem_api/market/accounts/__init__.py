"""The end customers of a vendor: the record of each, what it is called and numbered, and the family it belongs to.

Used by everything that sells: a deal registration, a lead or a claim names an account. A list of contacts or a
customer-relationship system it is not; accounts hold what is needed to recognise a customer and its family.
"""
