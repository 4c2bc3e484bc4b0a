"""Who the partners are: personas, partners and their relationships, contacts."""
