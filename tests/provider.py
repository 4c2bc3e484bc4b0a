"""A scripted identity provider on this machine: real HTTP and real signatures, and any lie a test wants told."""

import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.tokens import VerificationKey
from ecosystem_api.runtime.tokens.keys import encode_base64url
from tests.listeners import Listener, http, listening

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
AUDIENCE = "partner-portal"


@dataclass
class Provider:
    """Keys by kid, the documents it publishes, and tokens signed with any of its keys."""

    keys: dict[str, Private]
    listener: Listener = field(init=False)
    document: dict[str, Any] = field(default_factory=dict)
    published: list[str] | None = None
    names_keys: bool = True
    is_down: bool = False

    @property
    def issuer(self) -> str:
        return self.listener.url

    @property
    def fetched(self) -> int:
        """How often its keys were asked for."""
        return self.listener.paths.count("/jwks")

    def reply(self, path: str) -> bytes:
        if self.is_down:
            return http({"error": "down"}, "503 Service Unavailable")
        if path == "/.well-known/openid-configuration":
            return http({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **self.document})
        if path == "/jwks":
            return http(self.jwks())
        return http({}, "404 Not Found")

    def jwks(self) -> dict[str, Any]:
        kids = self.published if self.published is not None else list(self.keys)
        found = [public_jwk(kid, self.keys[kid]) for kid in kids]
        return {"keys": found if self.names_keys else [{k: v for k, v in one.items() if k != "kid"} for one in found]}

    def token(self, now: datetime, *, kid: str | None = None, header: Any = None, **claims: Any) -> str:
        """A token about a person, valid for an hour; a claim given as `...` is left out."""
        kid = kid or next(iter(self.keys))
        at = int(now.timestamp())
        said = {"iss": self.issuer, "aud": AUDIENCE, "sub": "user-1", "iat": at, "exp": at + 3600,
                "email": "sam@vendor.example", "email_verified": True, "name": "Sam Rivera", **claims}  # fmt: skip
        said = {name: value for name, value in said.items() if value is not ...}
        return signed(said, self.keys[kid], {"kid": kid, "typ": "JWT", **(header or {})})


@contextlib.asynccontextmanager
async def a_provider(*kids: str, kind: str = "ES256") -> AsyncIterator[Provider]:
    """A provider that listens until left, with a key for each name."""
    provider = Provider({kid: new_key(kind) for kid in kids or ("key-1",)})
    async with listening(provider.reply) as provider.listener:
        yield provider


def new_key(kind: str = "ES256") -> Private:
    if kind == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(kid: str, key: Private) -> dict[str, str]:
    algorithm: Any = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    return VerificationKey(kid, algorithm, key.public_key()).public_jwk


def signed(claims: Any, key: Private, header: dict[str, Any]) -> str:
    """A compact JWS; a header given as None is left out, so that a test can lie about anything."""
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    head = {name: value for name, value in {"alg": algorithm, **header}.items() if value is not None}
    message = ".".join(encode_base64url(json.dumps(part).encode()) for part in (head, claims))
    return message + "." + encode_base64url(_signature(message.encode(), key, str(head.get("alg"))))


def assertion(
    client_id: str,
    audience: str,
    key: Private,
    now: datetime,
    *,
    kid: str | None = "key-1",
    header: Any = None,
    **claims: Any,
) -> str:
    """A client's statement about itself (RFC 7523), valid for a minute; a claim given as `...` is left out."""
    at = int(now.timestamp())
    said = {"iss": client_id, "sub": client_id, "aud": audience, "jti": str(new_uuid()), "iat": at, "exp": at + 60}
    said = {name: value for name, value in {**said, **claims}.items() if value is not ...}
    return signed(said, key, {"kid": kid, "typ": "JWT", **(header or {})})


def _signature(message: bytes, key: Private, algorithm: str) -> bytes:
    if algorithm == "HS256":  # algorithm confusion: the public key as if it were a shared secret
        secret = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return hmac.digest(secret, message, hashlib.sha256)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
