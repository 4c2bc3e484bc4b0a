"""Identity providers a vendor (or one of its partners) trusts to say who its people are, and what becomes of that.

An issuer's token about a person is exchanged at POST /oauth/token for one of ours. Not here: the people (members),
the tokens (tokens), and how other people's keys are fetched and kept (runtime/keysets).
"""
