"""Machine credentials of a vendor, a partner or an integration, and the tokens they buy.

Secrets are shown once and stored as keyed hashes; rotation overlaps; revocation holds from the next request on.
Not here: the cryptography of tokens (runtime/tokens) and people (members).
"""
