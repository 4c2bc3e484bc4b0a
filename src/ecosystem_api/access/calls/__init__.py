"""What credentials called of late, to find out why a client does not work, and who still calls what will end.

A credential reads its own calls; who manages credentials reads theirs. Nothing that was said is kept: no bodies, no
values of queries. Not here: what happened (the ledger) and the service's own log.
"""
