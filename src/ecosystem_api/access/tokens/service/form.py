"""What a request to the token endpoints says: its form, and the client's credentials in it or in the header."""

from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from starlette.types import Scope

from ecosystem_api.access.tokens.errors import InvalidClient, InvalidTokenRequest

CHALLENGE = {"WWW-Authenticate": 'Basic realm="ecosystem-api"'}
REPEATABLE = frozenset({"audience", "resource"})
_MOST_FIELDS = 20


@dataclass(frozen=True)
class TokenRequest:
    """The parameters of a form, the header beside it, and the connection they came over.

    `fields` are given once each; `targets`, the services a token is wanted for, may be several. Source: RFC 8707, 8693.
    """

    fields: Mapping[str, str]
    targets: tuple[tuple[str, str], ...]
    authorization: str | None
    connection: Scope

    @classmethod
    def of(cls, raw: bytes, authorization: str | None, connection: Scope) -> "TokenRequest":
        """Read a form. Errors: `InvalidTokenRequest`."""
        try:
            text = raw.decode()
            pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise InvalidTokenRequest("The body is not a form.") from None
        targets = tuple((name, value) for name, value in pairs if name in REPEATABLE)
        others = [(name, value) for name, value in pairs if name not in REPEATABLE]
        fields = dict(others)
        if len(fields) != len(others):
            repeated = next(name for name, count in Counter(name for name, _ in others).items() if count > 1)
            raise InvalidTokenRequest(f"The parameter {repeated[:50]} is repeated: send it once.")
        return cls(fields, targets, authorization, connection)

    def get(self, name: str) -> str:
        """The value of a parameter; empty when it is absent, which RFC 6749 section 3.1 calls the same."""
        return self.fields.get(name, "")

    def need(self, name: str) -> str:
        """The value of a parameter. Errors: `InvalidTokenRequest` when it is absent."""
        if not self.get(name):
            raise InvalidTokenRequest(f"Send {name}.")
        return self.get(name)

    @property
    def has_credentials(self) -> bool:
        """Whether a client says who it is and proves it."""
        return self.authorization is not None or bool(self.get("client_secret")) or self.has_assertion

    @property
    def has_assertion(self) -> bool:
        """Whether the proof is a signed statement."""
        return bool(self.get("client_assertion") or self.get("client_assertion_type"))

    def basic_or_form(self) -> tuple[str, str]:
        """(client id, secret) from HTTP Basic or the form, never from both.

        Errors: `InvalidClient`, `InvalidTokenRequest`.
        """
        if self.authorization is None:
            if not self.get("client_id") or not self.get("client_secret"):
                raise InvalidClient("Send client_id and client_secret.", headers=CHALLENGE)
            return self.fields["client_id"], self.fields["client_secret"]
        if "client_secret" in self.fields:
            raise InvalidTokenRequest("Send the secret in the form or in the header, not in both.")
        scheme, _, encoded = self.authorization.partition(" ")
        try:
            decoded = b64decode(encoded.strip(), validate=True).decode()
        except ValueError:
            decoded = ""
        client, colon, secret = decoded.partition(":")
        if scheme.lower() != "basic" or not colon:
            raise InvalidClient("The Authorization header is not HTTP Basic.", headers=CHALLENGE)
        client = unquote_plus(client)
        if self.fields.get("client_id", client) != client:
            raise InvalidTokenRequest("The form names another client than the header.")
        return client, unquote_plus(secret)
