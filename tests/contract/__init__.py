"""The contract: what the document promises is what the service does."""
