"""Which kinds of partner a vendor works with, and what each kind is, asks for and may do.

Every vendor starts with five personas and adds its own. Used by frontends that recruit and by every rule that names a
persona. Not here: which partner has which persona (partners), and scores against an ideal profile.
"""
