"""The end customers of a vendor, and the answer to "is this the same customer?".

Used by everything that sells: a deal registration, a lead or a claim names an account. A list of contacts or a
customer-relationship system it is not; accounts hold what is needed to recognise a customer and its family.
"""
