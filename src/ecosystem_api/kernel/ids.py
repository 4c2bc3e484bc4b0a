"""Identifiers: a prefix that names the kind and a UUIDv7 that sorts by age, written as one TypeID.

`deal_01h455vb4pex5vsknk084sn02q` is the UUID 01890a5d-ac96-774b-bcce-b302099a8057 of kind `deal`.
Source: TypeID specification 0.3 (github.com/jetify-com/typeid); UUIDv7 of RFC 9562, section 5.7.
"""

import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: no i, l, o, u
_THREES = tuple(a + b + c for a in _ALPHABET for b in _ALPHABET for c in _ALPHABET)  # 15 bits at a look
_TWOS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH = 26
_PREFIX = re.compile(r"[a-z]([a-z_]{0,61}[a-z])?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LOW_62 = (1 << 62) - 1


class InvalidId(ValueError):  # noqa: N818 - named for what it is, like InvalidCursor
    """The text is not an identifier of the expected kind."""


class _Sequence:
    """Random tails that only grow within one millisecond (RFC 9562, section 6.2, method 2)."""

    def __init__(self) -> None:
        self.millisecond = -1
        self.tail = 0

    def advance(self, millisecond: int) -> UUID:
        if millisecond == self.millisecond:
            self.tail += 1 + secrets.randbits(32)
        else:
            # The highest of the 74 bits starts at zero, which leaves room for 2**41 steps: it cannot run over.
            self.millisecond, self.tail = millisecond, secrets.randbits(73)
        high, low = self.tail >> 62, self.tail & _LOW_62
        return UUID(int=millisecond << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


_lock = Lock()
_running = _Sequence()
_dated = _Sequence()


def new_uuid(at: datetime | None = None) -> UUID:
    """A fresh UUIDv7, greater than every one that this process has made from its clock before.

    Edges: when the clock steps back, the last millisecond is kept until it has caught up. With `at`, the timestamp is
    exactly that instant; such identifiers grow among consecutive calls with the same millisecond.
    Errors: ValueError when `at` has no time zone or lies before 1970.
    """
    if at is not None:
        if at.utcoffset() is None:
            raise ValueError("an identifier's instant needs a time zone")
        if at < _EPOCH:
            raise ValueError("an identifier's instant cannot lie before 1970")
        with _lock:
            return _dated.advance((at - _EPOCH) // _MILLISECOND)
    with _lock:
        return _running.advance(max(time.time_ns() // 1_000_000, _running.millisecond))


def encode(prefix: str, value: UUID) -> str:
    """The identifier as clients see it: prefix, underscore, 26 letters that sort like the UUID.

    Errors: ValueError when the prefix is not 1 to 63 lowercase letters with underscores only inside.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"prefix {prefix!r} must be 1 to 63 lowercase letters, underscores only between them")
    return f"{prefix}_{base32(value.int)}"


def base32(number: int) -> str:
    """128 bits as the 26 letters of a TypeID's suffix; two zero bits stand before them."""
    n, low = _THREES, 0x7FFF
    return (
        n[number >> 115] + n[number >> 100 & low] + n[number >> 85 & low] + n[number >> 70 & low]
        + n[number >> 55 & low] + n[number >> 40 & low] + n[number >> 25 & low] + n[number >> 10 & low]
        + _TWOS[number & 1023]
    )  # fmt: skip


def decode(prefix: str, text: str) -> UUID:
    """The UUID inside an identifier, if it is of the expected kind.

    Edges: every 128-bit value is accepted, not only version 7, as the specification asks.
    Errors: InvalidId, saying what would be right. Uppercase and look-alike letters are refused, so that one resource
    has exactly one name.
    """
    kind, underscore, suffix = text.rpartition("_")
    if kind != prefix or not underscore:
        raise InvalidId(f"expected an identifier that starts with '{prefix}_'")
    if len(suffix) != _LENGTH:
        raise InvalidId(f"expected {_LENGTH} characters after '{prefix}_', got {len(suffix)}")
    if not _VALUES.keys() >= set(suffix):
        raise InvalidId(f"expected only digits and lowercase letters without i, l, o, u after '{prefix}_'")
    if suffix[0] > "7":
        raise InvalidId(f"expected a first character from 0 to 7 after '{prefix}_': the rest is more than 128 bits")
    number = 0
    for letter in suffix:
        number = number << 5 | _VALUES[letter]
    return UUID(int=number)


def uuid_time(value: UUID) -> datetime:
    """The instant at which a UUIDv7 was made, to the millisecond, in UTC.

    Errors: ValueError when the UUID is of another version or its time lies beyond the year 9999.
    """
    if value.version != 7:
        raise ValueError(f"{value} is not a UUIDv7 and carries no time")
    try:
        return _EPOCH + (value.int >> 80) * _MILLISECOND
    except OverflowError:
        raise ValueError(f"{value} lies beyond the year 9999") from None
