"""Routing policies: by what a vendor chooses the partner that gets a lead, published and fingerprinted.

The vendor's side drafts and publishes; partners read the policy in force, with the record of its floor. The ranking
itself is pure and stands in `domain`. Not here: leads and offers, which have a room of their own.
"""
