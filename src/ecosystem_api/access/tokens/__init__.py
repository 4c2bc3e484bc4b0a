"""Access tokens of this service: bought with a credential, shown to whoever may ask, vouched for at every request.

Used by every caller before its first request. Not here: the credentials themselves (clients), people (members), and
the cryptography of tokens (runtime/tokens).
"""
