"""Reason codes: why something stands as it does. One comes from a book, from a person, or is the service's own."""

from typing import NewType

Reason = NewType("Reason", str)
"""A code that says why. It is made by `own_reason`, `of_book` or `of_person`, and by nothing else: what keeps or tells
a reason asks for this type, so a code that nobody has explained does not pass the type check."""

_OWN: dict[Reason, str] = {}


def own_reason(code: str, sentence: str) -> Reason:
    """A reason that the service itself gives, with the sentence that docs/facts.md says of it.

    Errors: ValueError when the code is taken, or the sentence is none.
    """
    reason = Reason(code)
    if reason in _OWN:
        raise ValueError(f"the reason {code!r} is made twice: import it from where it is made first")
    if not sentence.endswith("."):
        raise ValueError(f"the reason {code!r} wants a sentence that says it to whoever reads it")
    _OWN[reason] = sentence
    return reason


def of_book(code: str) -> Reason:
    """The reason that a rule of a book gives: the book's readers find its statement there."""
    return Reason(code)


def of_person(code: str) -> Reason:
    """The reason that a person chose from the list that the contract has for it."""
    return Reason(code)


def own_reasons() -> dict[Reason, str]:
    """Every reason that the rooms loaded so far give themselves, and what each says."""
    return dict(_OWN)
