"""Headers: versions, keys, tokens, request ids."""

from tests.journeys.refusals.case import ACCOUNTS, DEALS, PRODUCTS, Refusal

_DEAL = DEALS + "/{deal}"
_TITLE = {"title": "Another"}
_PRODUCT = {"sku": "HEAD-1", "name": "a"}

VERSIONS = [
    Refusal("a write without If-Match", "PATCH", _DEAL, 428, "precondition_required", body=_TITLE),
    Refusal("a transition without If-Match", "POST", _DEAL + "/submit", 428, "precondition_required", who="partner"),
    *(
        Refusal(f"a write based on {tag}", "PATCH", _DEAL, 412, "stale_version", body=_TITLE,
                headers=(("If-Match", tag),))
        for tag in ('"v9"', 'W/"v9"', '"v0"', '"v999999999999999999"')
    ),
    *(
        Refusal(f"a write based on {tag!r}", "PATCH", _DEAL, 422, "invalid_request", body=_TITLE,
                headers=(("If-Match", tag),), fault=("If-Match", "invalid_etag"))
        for tag in ("v1", "1", '"1"', '"v1', '"v-1"', '"v1", "v2"', '"v' + "9" * 5_000 + '"', "**", '"v1" or 1=1')
    ),
    Refusal("a stale write to an account", "PATCH", ACCOUNTS + "/{account}", 412, "stale_version",
            body={"region": "dach"}, headers=(("If-Match", '"v7"'),)),
]  # fmt: skip

KEYS = [
    Refusal("a key used again with another body", "POST", PRODUCTS, 422, "idempotency_key_reused",
            body={"sku": "KEYED-2", "name": "Second"}, headers=(("Idempotency-Key", "used-key"),)),
    Refusal("a key used again at another address", "POST", DEALS, 422, "idempotency_key_reused",
            body={"sku": "KEYED-1", "name": "First"}, headers=(("Idempotency-Key", "used-key"),)),
    Refusal("a key used again with another query", "POST", "/v1/imports?kind=accounts", 422, "idempotency_key_reused",
            raw=b"external_id,name,country\n1,Acme,DE\n",
            headers=(("Content-Type", "text/csv"), ("Idempotency-Key", "used-key"))),
    *(
        Refusal(f"a key that is {what}", "POST", PRODUCTS, 422, "invalid_request", body=_PRODUCT,
                headers=(("Idempotency-Key", key),), fault=("Idempotency-Key", "invalid_key"))
        for what, key in (("too long", "k" * 256), ("not ASCII", "schlüssel".encode()), ("a tab", "a\tb"))
    ),
]  # fmt: skip

TOKENS = [
    *(
        Refusal(f"a request with {what}", "GET", "/v1/me", 401, "unauthenticated", bearer=header,
                answers={"www-authenticate": 'Bearer realm="ecosystem-api"'})
        for what, header in (
            ("no token", ""), ("a bare token", "{token}"), ("Basic", "Basic dXNlcjpwYXNz"), ("only the word", "Bearer"),
            ("another scheme", "Token {token}"), ("a secret", "{client_secret}"),
        )
    ),
    *(
        Refusal(f"a request with {what}", "GET", "/v1/me", 401, "unauthenticated", bearer="Bearer " + token,
                answers={"www-authenticate": f'error_description="{reason}"'})
        for what, token, reason in (
            ("a token that was touched", "{tampered}", "bad_signature"), ("a text for a token", "x", "malformed"),
            ("a token of a revoked client", "{revoked}", "revoked"),
            ("a secret as token", "{client_secret}", "malformed"),
            ("a token of dots", "..", "malformed"), ("a token without signature", "e30.e30.", "malformed"),
            ("a token of a megabyte", "e" * 30_000, "too_large"), ("two tokens", "{token} {token}", "malformed"),
        )
    ),
    Refusal("two Authorization headers", "GET", "/v1/me", 401, "unauthenticated",
            headers=(("Authorization", "Bearer {token}"), ("Authorization", "Bearer {token}"))),
    Refusal("a write without token, before its body is read", "POST", PRODUCTS, 401, "unauthenticated",
            raw=b"x" * 3_000_000, bearer=""),
    Refusal("a partner's word where staff decide", "POST", _DEAL + "/approve", 403, "forbidden", who="partner",
            body={"reason": "meets_policy"}, headers=(("If-Match", "*"),)),
    Refusal("an analyst's write", "POST", PRODUCTS, 403, "forbidden", who="analyst", body=_PRODUCT),
]  # fmt: skip

HEADS = [*VERSIONS, *KEYS, *TOKENS]
