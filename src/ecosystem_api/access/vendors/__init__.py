"""The tenant: the company whose ecosystem this is. Made by the operator; reads and renames itself over the API.

Not here: who may act for the vendor (members, clients).
"""
