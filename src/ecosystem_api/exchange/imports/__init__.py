"""Bulk import: a file is taken at once, worked off in batches by the worker, and answered row by row.

Used by integrators who bring a programme's records over or keep them in step. Which kinds of record can be imported,
their rooms say (`Area.imports`); this room imports none of them. A repeated file changes nothing the second time.
"""
