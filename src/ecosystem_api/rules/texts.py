"""Sentences with placeholders: what a partner reads is filled in from the same data that decides."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> list[str]:
    """The names that stand in braces, in order: "at most {capacity}" names "capacity"."""
    return _PLACEHOLDER.findall(text)


def faults(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the braces of a sentence, each as a sentence; nothing when all is well."""
    for name in placeholders(text):
        if name not in known:
            yield f"{{{name}}} names nothing that can be filled in; known here: {', '.join(sorted(known))}"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield "a brace stands alone; braces are only for placeholders such as {capacity}"


def fill(text: str, words: Mapping[str, str]) -> str:
    """The sentence with each placeholder replaced; what is filled in is not read for placeholders again."""
    return _PLACEHOLDER.sub(lambda match: words[match[1]], text)
