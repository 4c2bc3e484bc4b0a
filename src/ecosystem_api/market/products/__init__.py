"""What the vendor sells, as far as deals name it: a code, a name, a family.

Used by deals (what is claimed) and by rules (which products overlap). Not here: prices, entitlements.
"""
