"""Keys: how one is made, which algorithm it may serve, how it is published, how it is kept.

A key serves exactly one algorithm, decided by its type and never by a token: P-256 signs ES256, RSA signs RS256.
A shared secret can therefore never stand where a public key is expected, which is what algorithm confusion needs.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Algorithm = Literal["ES256", "RS256"]
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

RSA_BITS_MIN = 2048
RSA_BITS_MAX = 8192  # a larger one only makes each verification slower
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

SEAL_VERSION = b"\x01"
SEAL_NONCE_BYTES = 12
SEAL_TAG_BYTES = 16
SECRET_BYTES_MIN = 32


class KeyRefused(ValueError):  # noqa: N818 - refusals are named for what happened, like TokenRefused
    """A key was refused: wrong kind, too weak, not consistent with itself, or private where a public one belongs."""


class SealBroken(Exception):  # noqa: N818 - named for what happened to the seal
    """A sealed value does not open: another secret, another context, or altered bytes."""


@dataclass(frozen=True)
class VerificationKey:
    """A public key known by its `kid`, bound to the one algorithm its type allows.

    Errors: KeyRefused for a curve other than P-256, an RSA modulus outside 2048 to 8192 bits, or a mismatched
    algorithm.
    """

    kid: str
    algorithm: Algorithm
    public_key: PublicKey

    def __post_init__(self) -> None:
        if not self.kid:
            raise KeyRefused("a verification key needs a kid")
        if self.algorithm != _algorithm_of(self.public_key):
            raise KeyRefused(f"this kind of key does not serve {self.algorithm}")

    @property
    def public_jwk(self) -> dict[str, str]:
        """The key as it is published: public members only."""
        return {**_public_members(self.public_key), "kid": self.kid, "alg": self.algorithm, "use": "sig"}


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key pair whose `kid` is its own thumbprint, so it cannot be filed under another's name.

    Errors: KeyRefused when the private key, the public JWK and the kid do not belong together, or the instant is
    naive.
    """

    kid: str
    private_pem: str = field(repr=False)
    public_jwk: dict[str, str] = field(hash=False)
    created_at: datetime

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise KeyRefused("a signing key's created_at needs a time zone")
        public = self.private_key.public_key()
        if self.kid != thumbprint(public) or self.kid != self.public_jwk.get("kid"):
            raise KeyRefused("the kid is not the thumbprint of this key")
        if verification_key(self.public_jwk).public_key != public:
            raise KeyRefused("the public JWK belongs to another private key")

    @cached_property
    def private_key(self) -> ec.EllipticCurvePrivateKey:
        """The parsed private key; parsed once, because parsing costs more than signing."""
        try:
            loaded = serialization.load_pem_private_key(self.private_pem.encode(), password=None)
        except (ValueError, TypeError):
            raise KeyRefused("the private key is not readable PEM") from None
        if not isinstance(loaded, ec.EllipticCurvePrivateKey) or not isinstance(loaded.curve, ec.SECP256R1):
            raise KeyRefused("a signing key is a P-256 key")
        return loaded

    @property
    def verification_key(self) -> VerificationKey:
        """The public half, ready for a ring."""
        return verification_key(self.public_jwk)


@dataclass(frozen=True)
class KeyRing:
    """The public keys an issuer's tokens may be signed with, by kid; rotation is two of them in one ring.

    Errors: KeyRefused when two keys share a kid.
    """

    keys: tuple[VerificationKey, ...]
    _by_kid: Mapping[str, VerificationKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kid = {key.kid: key for key in self.keys}
        if len(by_kid) != len(self.keys):
            raise KeyRefused("two keys in one ring share a kid")
        object.__setattr__(self, "_by_kid", by_kid)

    def find(self, kid: str) -> VerificationKey | None:
        """The key of that kid, or None; a ring never guesses by trying all its keys."""
        return self._by_kid.get(kid)


def new_signing_key(at: datetime) -> SigningKey:
    """A new P-256 signing key, made at `at`."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    kid = thumbprint(public)
    return SigningKey(kid, pem.decode(), VerificationKey(kid, "ES256", public).public_jwk, at)


def verification_key(jwk: Mapping[str, object]) -> VerificationKey:
    """Reads one public JWK and binds it to the only algorithm its type serves.

    Edges: `alg`, `use` and `key_ops` may be absent; when present they must agree. A key without `kid` has the name it
    gives itself, its thumbprint. A private member is refused, since whoever sent it has leaked it.
    Errors: KeyRefused.
    Source: RFC 7517, RFC 7518 section 6, RFC 7638.
    """
    if PRIVATE_MEMBERS & jwk.keys():
        raise KeyRefused("a public JWK carries no private members")
    public = _public_key(jwk)
    kid = jwk.get("kid", thumbprint(public))
    if not isinstance(kid, str):
        raise KeyRefused("a kid is a text")
    algorithm = _algorithm_of(public)
    if jwk.get("alg", algorithm) != algorithm:
        raise KeyRefused(f"this kind of key does not serve {jwk['alg']!r}")
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise KeyRefused("this JWK is not for verifying signatures")
    return VerificationKey(kid, algorithm, public)


def jwks(keys: Iterable[SigningKey | VerificationKey]) -> dict[str, list[dict[str, str]]]:
    """The JWK Set to publish: public members only, in the given order.

    Source: RFC 7517 section 5.
    """
    return {"keys": [verification_key(key.public_jwk).public_jwk for key in keys]}


def thumbprint(public: PublicKey) -> str:
    """The name a public key gives itself.

    Source: RFC 7638.
    """
    members = json.dumps(_public_members(public), separators=(",", ":"), sort_keys=True)
    return encode_base64url(hashlib.sha256(members.encode()).digest())


def seal(secret: bytes, plaintext: bytes, context: str) -> bytes:
    """Encrypts a value so that it opens only with this secret and only in this context.

    Shape: version byte, 12-byte nonce, ciphertext, 16-byte tag. AES-256-GCM, the context is authenticated.
    Edges: name in the context what the value belongs to (`signing-key|<kid>`), so a row copied elsewhere stays shut.
    Errors: ValueError for a secret under 32 bytes or an empty context.
    """
    nonce = os.urandom(SEAL_NONCE_BYTES)
    ciphertext = _cipher(secret).encrypt(nonce, plaintext, _associated_data(context))
    return SEAL_VERSION + nonce + ciphertext


def unseal(secret: bytes, sealed: bytes, context: str) -> bytes:
    """Opens what `seal` closed with the same secret and context.

    Errors: SealBroken for anything else; ValueError for a secret under 32 bytes or an empty context.
    """
    cipher, associated_data = _cipher(secret), _associated_data(context)
    body = sealed[len(SEAL_VERSION) :]
    if not sealed.startswith(SEAL_VERSION) or len(body) < SEAL_NONCE_BYTES + SEAL_TAG_BYTES:
        raise SealBroken("not a sealed value")
    try:
        return cipher.decrypt(body[:SEAL_NONCE_BYTES], body[SEAL_NONCE_BYTES:], associated_data)
    except InvalidTag:
        raise SealBroken("the sealed value does not open with this secret in this context") from None


def encode_base64url(raw: bytes) -> str:
    """Base64url without padding, the only form JOSE knows."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Decodes base64url only in its one canonical spelling.

    Errors: ValueError for padding, foreign characters or loose trailing bits, so one value has one spelling.
    """
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode_base64url(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


def _algorithm_of(public: object) -> Algorithm:
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(public, rsa.RSAPublicKey) and RSA_BITS_MIN <= public.key_size <= RSA_BITS_MAX:
        return "RS256"
    raise KeyRefused(f"keys are P-256, or RSA of {RSA_BITS_MIN} to {RSA_BITS_MAX} bits")


def _public_key(jwk: Mapping[str, object]) -> PublicKey:
    try:
        match jwk:
            case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)}:
                return ec.EllipticCurvePublicNumbers(_integer(x), _integer(y), ec.SECP256R1()).public_key()
            case {"kty": "RSA", "n": str(n), "e": str(e)}:
                return rsa.RSAPublicNumbers(_integer(e), _integer(n)).public_key()
    except ValueError:
        raise KeyRefused("the JWK is not a valid public key") from None
    raise KeyRefused("a JWK is of type EC on P-256, or RSA")


def _public_members(public: PublicKey) -> dict[str, str]:
    if isinstance(public, rsa.RSAPublicKey):
        rsa_numbers = public.public_numbers()
        return {"kty": "RSA", "n": _minimal(rsa_numbers.n), "e": _minimal(rsa_numbers.e)}
    numbers = public.public_numbers()
    x, y = (encode_base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _integer(text: str) -> int:
    return int.from_bytes(decode_base64url(text), "big")


def _minimal(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _cipher(secret: bytes) -> AESGCM:
    if len(secret) < SECRET_BYTES_MIN:
        raise ValueError(f"the installation secret has at least {SECRET_BYTES_MIN} bytes")
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"ecosystem-api seal 1").derive(secret)
    return AESGCM(derived)


def _associated_data(context: str) -> bytes:
    if not context:
        raise ValueError("a sealed value needs a context")
    return SEAL_VERSION + context.encode()
