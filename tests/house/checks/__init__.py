"""What the house asks of its code, as functions: each takes what it judges and answers what is wrong, with the remedy.

A check answers a mapping from the name of the culprit to a sentence; an empty one is a pass. Because the judged thing
is an argument, every check is itself tested with a small bad example.
"""

from collections.abc import Mapping

Faults = dict[str, str]


def judged(found: Mapping[str, str], excused: Mapping[str, str] | None = None) -> None:
    """Fail with one line per fault that has no excuse, and per excuse that excuses nothing any more."""
    excused = excused or {}
    lines = [f"{name}: {sentence}" for name, sentence in sorted(found.items()) if name not in excused]
    lines += [
        f"{name}: excused ({reason}), but nothing is wrong with it; take it off the list"
        for name, reason in sorted(excused.items())
        if name not in found
    ]
    lines += [f"{name}: an excuse needs a reason" for name, reason in sorted(excused.items()) if not reason.strip()]
    assert not lines, "\n" + "\n".join(lines)
