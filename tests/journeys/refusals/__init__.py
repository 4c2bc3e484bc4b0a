"""The corpus of refusals: each a sentence, a request, and the problem it must be answered with."""
