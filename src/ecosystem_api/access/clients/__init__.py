"""Machine credentials of a vendor, a partner or an integration.

Secrets are shown once and stored as keyed hashes; rotation overlaps; revocation holds from the next request on.
Not here: the tokens they buy (tokens) and people (members).
"""
