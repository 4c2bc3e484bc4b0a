"""What a page promises, as a reader types it: its shell commands run, its programs are saved, its answers compared."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is to be saved as, its text."""

    language: str
    file: str | None
    text: str


def blocks(text: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    return [Block(language, file or None, body) for language, file, body in _FENCE.findall(text)]


def save_programs(pages: Iterator[str], folder: Path) -> None:
    """Write every block that names its file."""
    for text in pages:
        for block in blocks(text):
            if block.file:
                (folder / block.file).write_text(block.text)


def broken_promises(found: list[Block], printed: Iterable[str]) -> list[str]:
    """Where what a block printed is not what the page shows under it: JSON in part, text to the letter."""
    outputs, said, broken = iter(printed), "", list[str]()
    for block in found:
        if block.language == "bash":
            said = next(outputs)
        elif block.file:
            continue
        elif block.language == "json" and not is_part(json.loads(block.text), answer := last_json(said)):
            broken.append(f"the page promises\n{block.text}\nthe service says\n{answer}")
        elif block.language == "text" and not said.endswith(block.text):
            broken.append(f"the page promises\n{block.text}\nthe command prints\n{said}")
    return broken


def last_json(text: str) -> Any:
    """The last JSON value of an output that may hold several, one after the other."""
    decoder, rest, value = json.JSONDecoder(), text.strip(), None
    while rest:
        value, end = decoder.raw_decode(rest)
        rest = rest[end:].strip()
    return value


def is_part(promised: Any, answer: Any) -> bool:
    """Every member that is promised is there and as promised; lists are as long as promised."""
    if isinstance(promised, dict):
        return isinstance(answer, dict) and all(
            name in answer and is_part(value, answer[name]) for name, value in promised.items()
        )
    if isinstance(promised, list):
        return (
            isinstance(answer, list)
            and len(promised) == len(answer)
            and all(is_part(one, other) for one, other in zip(promised, answer, strict=True))
        )
    return bool(promised == answer)
