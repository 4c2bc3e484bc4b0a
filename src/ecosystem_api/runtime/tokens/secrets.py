"""Client secrets: made once, shown once, kept only as a keyed hash.

A secret has 256 random bits, so a fast hash is enough: nobody guesses it, with or without the table. The pepper lives
outside the database, so a stolen table alone cannot even confirm a secret found elsewhere.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

SECRET_PREFIX = "ecos_"  # noqa: S105 - the public prefix that leak scanners look for, not a secret
SECRET_BYTES = 32
PEPPER_BYTES_MIN = 32
PEPPER_BYTES_MAX = 64  # the longest key BLAKE2b takes


def new_client_secret() -> str:
    """A new client secret of 256 random bits, recognisable to leak scanners by its prefix.

    Shape: `ecos_` and 43 base64url characters.
    """
    return SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def pepper_id(pepper: bytes) -> str:
    """The public name of a pepper: a fingerprint, so that a stored hash says which pepper it needs.

    Errors: ValueError unless the pepper has 32 to 64 bytes.
    """
    if not PEPPER_BYTES_MIN <= len(pepper) <= PEPPER_BYTES_MAX:
        raise ValueError(f"a pepper has {PEPPER_BYTES_MIN} to {PEPPER_BYTES_MAX} bytes")
    return hashlib.blake2b(key=pepper, digest_size=6, person=b"ecos pepper id").hexdigest()


def hash_secret(secret: str, pepper: bytes) -> str:
    """The stored form of a secret; the same secret under the same pepper always has the same one.

    Shape: `b2:<pepper id>:<64 hexadecimal digits>`, keyed BLAKE2b of 256 bits.
    Errors: ValueError unless the pepper has 32 to 64 bytes.
    """
    return f"b2:{pepper_id(pepper)}:{_digest(secret, pepper)}"


def secret_matches(secret: str, stored: str, peppers: Mapping[str, bytes]) -> bool:
    """Whether `secret` is the one kept as `stored`, in time that does not depend on where they differ.

    Shape: `peppers` maps pepper ids to peppers: the current one and those still being rotated out.
    Edges: a stored form that is malformed, or whose pepper is gone, matches nothing.
    """
    scheme, _, rest = stored.partition(":")
    name, _, digest = rest.partition(":")
    pepper = peppers.get(name)
    if scheme != "b2" or pepper is None:
        return False
    return hmac.compare_digest(_digest(secret, pepper).encode(), digest.encode())


def _digest(secret: str, pepper: bytes) -> str:
    # A lone surrogate from a form body must be a wrong secret, not a crash.
    raw = secret.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, key=pepper, digest_size=32, person=b"ecos client").hexdigest()
