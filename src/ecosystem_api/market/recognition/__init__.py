"""The answer to "is this the same customer?", with the evidence for it.

Used wherever somebody describes a customer (a registration, a lead, an opportunity, an import), and by decisions, which
ask what is known of the customer under all its names. Nothing is merged here: that is a person's decision, in
`market/merging`. The records themselves are `market/accounts`.
"""
