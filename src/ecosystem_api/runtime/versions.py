"""Versions of the contract: which are served, which one a request is meant for, and how an older one is kept.

The code speaks the newest version only. A breaking change stands in its room's `versions.py` as a `Change`: what turns
an older client's request into one of today, and today's answer into the one that client knows. A request of a version
passes every change that came after it. What is additive needs no version.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ecosystem_api.kernel.problem import Problem

HEADER = "Ecosystem-Version"
# A day is added here with the first breaking change after the newest, and taken off at the end of its life.
KNOWN = ("2026-11-22",)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class UnknownVersion(Problem):
    """The header `Ecosystem-Version` names no version that is served; `known_versions` lists those that are.

    Send one of `known_versions`, or leave the header out.
    """

    status = 400
    code = "unknown_version"
    title = "Unknown version"


def unchanged(body: Any) -> Any:
    """The body as it is."""
    return body


@dataclass(frozen=True)
class Change:
    """A break between a version and the one before it, for the operations it names.

    `version` is the one that brought it, `sentence` tells it to clients. `upgrade` takes a request's body of before,
    `downgrade` an answer's body of now; both make new values and change none.
    """

    version: str
    sentence: str
    operations: frozenset[str]
    upgrade: Callable[[Any], Any] = unchanged
    downgrade: Callable[[Any], Any] = unchanged


class Versions:
    """The versions a service knows, oldest first, and the changes between them.

    Errors: ValueError at construction for a version out of order, and for a change of none of them.
    """

    def __init__(self, known: Sequence[str] = KNOWN, changes: Sequence[Change] = ()) -> None:
        if not known or list(known) != sorted(set(known)) or not all(_is_day(name) for name in known):
            raise ValueError(f"versions are days, each once, oldest first; not {', '.join(known)}")
        if strange := sorted({change.version for change in changes} - set(known[1:])):
            raise ValueError(f"changes belong to a known version after the first, not to {', '.join(strange)}")
        self.known = tuple(known)
        self.oldest, self.newest = known[0], known[-1]
        self._after: Mapping[str, list[Change]] = {
            version: sorted((one for one in changes if one.version > version), key=lambda one: one.version)
            for version in known
        }

    def asked(self, said: Sequence[str]) -> str | None:
        """The version a request's headers ask for, or None. Errors: `UnknownVersion`, which lists the known ones."""
        if not said:
            return None
        if len(said) == 1 and said[0] in self.known:
            return said[0]
        text = ", ".join(said)[:100]
        if len(said) > 1 or not _is_day(text):
            detail = f"Send one day such as {self.newest} in {HEADER}."
        elif text > self.newest:
            detail = f"The version {text} does not exist yet; the newest is {self.newest}."
        elif text < self.oldest:
            detail = f"The version {text} is no longer served; the oldest is {self.oldest}."
        else:
            detail = f"There is no version of {text}."
        raise UnknownVersion(detail, known_versions=list(self.known))

    def chosen(self, asked: str | None, pinned: str | None) -> str:
        """The version that counts: the one asked for, else the credential's, else the newest.

        Edges: a pin whose version is no longer served counts as the oldest that is.
        """
        if asked is not None:
            return asked
        if pinned is None:
            return self.newest
        return pinned if pinned in self._after else self.oldest

    def changes(self, version: str, operation: str) -> list[Change]:
        """What an operation has gone through since a version, oldest first."""
        return [change for change in self._after[version] if operation in change.operations]


def upgraded(changes: Sequence[Change], body: Any) -> Any:
    """A request's body as today's code reads it."""
    for change in changes:
        body = change.upgrade(body)
    return body


def downgraded(changes: Sequence[Change], body: Any) -> Any:
    """An answer's body as the older client knows it."""
    for change in reversed(changes):
        body = change.downgrade(body)
    return body


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
