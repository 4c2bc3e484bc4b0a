"""Claims: one registration's right to one customer and one product for a time, which a constraint makes exclusive.

Used by deal registrations, which say when a claim begins, runs longer and ends, and by whoever asks who holds one. Not
here: why it was granted, who waits for it, and what happens when it ends, which are `selling/deals`.
"""
