"""An answer as bytes: ids written as TypeIDs, what was made elsewhere put in, and its ETag."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from ecosystem_api.kernel.ids import base32

Read = TypeVar("Read", bound=BaseModel)
_ID = re.compile(r'"\\u00([67][0-9a-f])([a-z_]*)_([0-9a-f-]{36})"')


@dataclass(frozen=True, slots=True)
class Written(Generic[Read]):
    """The JSON of a `Read`, or of a page of them, and its ETag."""

    content: bytes
    etag: str

    def read(self, model: type[Read]) -> Read:
        """The `Read` that was written."""
        return model.model_validate_json(self.content)


def finish(text: str) -> str:
    """Write the ids that `typed_id` marked as TypeIDs."""
    return _ID.sub(_written_id, text)


def put(text: str, added: Mapping[str, str]) -> str:
    """Add fields, whose values are JSON already, to the end of a JSON object."""
    more = "".join(f',"{name}":{value}' for name, value in added.items())
    return text[:-1] + more + "}" if more else text


def whole(text: str, version: int, suffix: str = "") -> Written[Any]:
    """One resource, with the tag of its version."""
    return Written(text.encode(), f'"v{version}{suffix}"')


def part(text: str, version: int) -> Written[Any]:
    """One resource with more or less than itself in it: the tag also covers the content, and is weak for it."""
    content = text.encode()
    return Written(content, f'W/"v{version}-{_digest(content)}"')


def page(texts: Sequence[str], next_cursor: str | None) -> Written[Any]:
    """A page. Nothing but its content says whether a list has changed."""
    cursor = f'"{next_cursor}"' if next_cursor else "null"
    return by_content(f'{{"data":[{",".join(texts)}],"next_cursor":{cursor}}}')


def by_content(text: str) -> Written[Any]:
    """What has no version: its tag is that of its content."""
    content = text.encode()
    return Written(content, f'W/"{_digest(content)}"')


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()


def _written_id(found: re.Match[str]) -> str:
    first, rest, uuid = found.groups()
    return f'"{chr(int(first, 16))}{rest}_{_suffix(uuid)}"'


@lru_cache(maxsize=16_384)
def _suffix(uuid: str) -> str:
    return base32(int(uuid.replace("-", ""), 16))
