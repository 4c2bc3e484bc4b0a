"""Machinery: database, ledger, relay, HTTP, callers, settings, clock. Knows I/O, knows no partner."""
