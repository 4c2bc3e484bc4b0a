"""Leads that the vendor passes to partners: created, routed by the published policy, offered, answered, registered.

The vendor's side creates them and has them routed; the partner that is asked accepts, declines, or lets the time run
out; an accepted lead becomes a deal registration. Not here: the policy (`cosell/routing`) and what a registration is.
"""
