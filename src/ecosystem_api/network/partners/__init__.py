"""The external organisations of the ecosystem: who they are, what they are able to do, and how far they have come.

Used by every room that names a partner, and by frontends to recruit, onboard and manage them. Not here: the people of a
partner (contacts, access/members), and what a partner earned or may sell (selling, rewards).
"""
