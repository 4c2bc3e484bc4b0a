"""Reviews: what a person must decide, by when, who looks after it, and what happens if nobody does.

Used by vendor frontends (the queue of the desk), by rooms that send something to a person (they open and close cases
in their own transaction) and by the worker (clocks end). A case knows its subject by type and id and decides nothing:
the room of the subject does, and hears what only time tells.
"""
