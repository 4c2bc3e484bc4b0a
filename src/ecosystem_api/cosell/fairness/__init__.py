"""The fairness report: are small and large partners, personas and tiers judged alike, served alike, offered alike.

The vendor's side reads it; it is computed from recorded decisions and rankings when it is asked for and keeps nothing.
Not here: the decisions (`selling/engagement`) and the rankings (`cosell/leads`) themselves.
"""
