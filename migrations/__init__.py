"""The schema's history, one step a file. Steps are additive; `row_security` holds what every tenant table gets."""
