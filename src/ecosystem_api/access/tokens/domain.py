"""The words of the token endpoints, as the RFCs write them."""

CLIENT_CREDENTIALS = "client_credentials"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a name in RFC 8693
GRANT_TYPES = (CLIENT_CREDENTIALS, TOKEN_EXCHANGE)
TOKEN_TYPE = "urn:ietf:params:oauth:token-type:"  # noqa: S105 - a name in RFC 8693
ACCESS_TOKEN = TOKEN_TYPE + "access_token"
TOKEN_TYPES = (TOKEN_TYPE + "id_token", ACCESS_TOKEN, TOKEN_TYPE + "jwt")
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
