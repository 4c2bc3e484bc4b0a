"""The vendor's news in order, and the work still owed to those who listen.

Used by integrators that poll for changes, by partners that follow their own registrations, and by a vendor's operators
who tend deliveries that failed. Not here: the ledger itself, which is machinery (runtime/ledger).
"""
