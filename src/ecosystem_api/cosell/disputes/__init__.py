"""Appeals and disputes: a partner contests a decision about its registration, or the claim that stands in its way.

Used by partners (open, bring evidence, withdraw) and by the vendor's side (take, assign, rule). A case stands beside a
registration and hides nothing of it: only a ruling moves a claim, through `selling/deals`, with a record for each step.
Not here: complaints about the vendor's own sellers, which are `cosell/conflicts`.
"""
