"""People who act for the vendor or for one partner: who they are and in which role.

Used by vendor frontends to show and manage who may do what. Not here: machine credentials (clients) and the people a
partner merely names as contacts (network/contacts).
"""
