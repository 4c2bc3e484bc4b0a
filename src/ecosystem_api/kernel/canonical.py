"""Canonical text: one spelling for every JSON value, so that equal content has an equal hash."""

import json
from hashlib import sha256


def canonical_json(value: object) -> bytes:
    """The one spelling of a JSON value: members sorted, no spaces, UTF-8, nothing escaped that need not be.

    Shape: None, booleans, integers, strings, lists and dicts with string keys.
    Edges: integers of any size are written in full. Strings are not normalised: two spellings of é stay two strings.
    Errors: TypeError, with a JSON pointer, for anything else; floats above all, whose spelling differs between
    languages (write amounts and ratios as strings). ValueError for a string with half a surrogate pair.
    Source: RFC 8785, without its numbers.
    """
    return json.dumps(_ordered(value, ""), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def content_hash(value: object) -> str:
    """The fingerprint of a JSON value: "sha256:" and 64 hexadecimal digits of its canonical text."""
    return "sha256:" + sha256(canonical_json(value)).hexdigest()


def _ordered(value: object, pointer: str) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list):
        return [_ordered(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        for name in value:
            if not isinstance(name, str):
                raise TypeError(f"{pointer or 'the document'} has the key {name!r}, which is not a string")
        return {name: _ordered(value[name], f"{pointer}/{_token(name)}") for name in sorted(value, key=_utf_16)}
    kind = type(value).__name__
    raise TypeError(f"{pointer or 'the document'} is a {kind}, which has no canonical spelling; write it as a string")


def _utf_16(name: str) -> bytes:
    # RFC 8785 sorts by UTF-16 code units, which differs from code points above U+FFFF.
    return name.encode("utf-16-be", "surrogatepass")


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
