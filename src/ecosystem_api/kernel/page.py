"""Cursors: the place in a list where the next page begins, opaque to clients and sealed against change."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from hmac import compare_digest

_SEAL_BYTES = 16
MOST_CHARACTERS = 2048  # holds a name of 200 characters in any script
_LEAST_KEY_BYTES = 16


class InvalidCursor(ValueError):  # noqa: N818 - named for what it is, like InvalidId
    """The cursor was not made by this service for this list and these filters."""


def encode_cursor(key: bytes, scope: str, values: Sequence[str | int | None]) -> str:
    """The cursor that continues after the row with these sort values, good only for the same scope.

    Shape: `scope` names everything that must not change between pages: vendor, path, filters and sort. Booleans count
    as integers in Python's types and come back as booleans.
    Errors: ValueError when the key is not 16 to 64 bytes or the cursor would pass 2,048 characters; TypeError for a
    value that is not a string, an integer, a boolean or None.
    """
    for value in values:
        if not isinstance(value, str | int | None):
            raise TypeError(f"a cursor cannot hold {value!r}; write it as a string")
    payload = json.dumps(list(values), separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    text = urlsafe_b64encode(_seal(key, scope, payload) + payload).rstrip(b"=").decode()
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"the cursor would have {len(text)} characters; at most {MOST_CHARACTERS} are allowed")
    return text


def decode_cursor(key: bytes, scope: str, text: str) -> list[str | int | None]:
    """The sort values inside a cursor, if it is untouched and belongs to this scope.

    Errors: InvalidCursor for any other text, whatever it is, without saying what was wrong with it.
    """
    refusal = InvalidCursor("the cursor is not valid for this list; start again without it")
    if len(text) > MOST_CHARACTERS or not text.isascii():
        raise refusal
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise refusal from None
    # The decoder skips foreign characters and spare bits: only the one spelling that encodes back is the cursor.
    if urlsafe_b64encode(sealed).rstrip(b"=").decode() != text:
        raise refusal
    seal, payload = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not compare_digest(seal, _seal(key, scope, payload)):
        raise refusal
    values: list[str | int | None] = json.loads(payload.decode("utf-8", "surrogatepass"))
    return values


def _seal(key: bytes, scope: str, payload: bytes) -> bytes:
    if len(key) < _LEAST_KEY_BYTES:
        raise ValueError(f"the cursor key has {len(key)} bytes; it needs {_LEAST_KEY_BYTES} to 64")
    # A scope may come from a query string with broken Unicode: surrogatepass seals it like any other text. The length
    # in front keeps "ab"+"c" apart from "a"+"bc".
    name = scope.encode("utf-8", "surrogatepass")
    message = len(name).to_bytes(8, "big") + name + payload
    return blake2b(message, digest_size=_SEAL_BYTES, key=key, person=b"page-cursor").digest()
