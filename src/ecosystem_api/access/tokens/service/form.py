"""What a token request says: its form, and the client's credentials in it or in the header."""

from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from ecosystem_api.access.tokens.errors import InvalidClient, InvalidTokenRequest

CHALLENGE = {"WWW-Authenticate": 'Basic realm="ecosystem-api"'}
_MOST_FIELDS = 20


def read_form(raw: bytes) -> dict[str, str]:
    """The parameters of a form, each given once. Errors: `InvalidTokenRequest`."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidTokenRequest("The body is not a form.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InvalidTokenRequest("A parameter is repeated.")
    return fields


def basic_or_form(fields: Mapping[str, str], authorization: str | None) -> tuple[str, str]:
    """(client id, secret) from HTTP Basic or the form, never from both.

    Errors: `InvalidClient`, `InvalidTokenRequest`.
    """
    if authorization is None:
        if not fields.get("client_id") or not fields.get("client_secret"):
            raise InvalidClient("Send client_id and client_secret.", headers=CHALLENGE)
        return fields["client_id"], fields["client_secret"]
    if "client_secret" in fields:
        raise InvalidTokenRequest("Send the secret in the form or in the header, not in both.")
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        decoded = ""
    client, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise InvalidClient("The Authorization header is not HTTP Basic.", headers=CHALLENGE)
    client = unquote_plus(client)
    if fields.get("client_id", client) != client:
        raise InvalidTokenRequest("The form names another client than the header.")
    return client, unquote_plus(secret)
