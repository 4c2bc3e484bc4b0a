"""Headers that travel with many operations, described once."""

from typing import Any

from ecosystem_api.runtime.versions import KNOWN

Json = dict[str, Any]

HEADERS: Json = {
    "XRequestId": {
        "description": "Id of this request, yours if you sent a valid one; it stands on every log line and event.",
        "schema": {"type": "string"},
        "example": "req_5f1c0a9be2d34477a1b2c3d4",
    },
    "ETag": {
        "description": "Version of the resource; send it as `If-Match` with the next write.",
        "schema": {"type": "string"},
        "example": '"v3"',
    },
    "Location": {
        "description": "Where the new resource lives.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/v1/members/mem_01h455vb4pex5vsknk084sn02q",
    },
    "Link": {
        "description": "Where the list begins (RFC 8288, `rel=first`), and its next page (`rel=next`), which the last "
        "page has none of.",
        "schema": {"type": "string"},
        "example": '</v1/members?limit=2>; rel="first", </v1/members?limit=2&cursor=eyJhbGciOi>; rel="next"',
    },
    "IdempotentReplayed": {
        "description": "`true` when this is the stored answer of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "RateLimitPolicy": {
        "description": "The budgets this request counted in: `q` requests in `w` seconds, refilled evenly "
        "(draft-ietf-httpapi-ratelimit-headers).",
        "schema": {"type": "string"},
        "example": '"client";q=600;w=60, "writes";q=300;w=60',
    },
    "RateLimit": {
        "description": "What is left of each budget: `r` requests now, and all of it again in `t` seconds.",
        "schema": {"type": "string"},
        "example": '"client";r=598;t=1, "writes";r=299;t=1',
    },
    "EcosystemVersion": {
        "description": "The version of the contract that this answer keeps.",
        "schema": {"type": "string", "enum": list(KNOWN)},
        "example": KNOWN[-1],
    },
    "Deprecation": {
        "description": "Since when clients should leave this operation, in Unix seconds (RFC 9745). `Link` leads to "
        "what to do instead.",
        "schema": {"type": "string"},
        "example": "@1795305600",
    },
    "Sunset": {
        "description": "Until when this operation answers (RFC 8594).",
        "schema": {"type": "string"},
        "example": "Mon, 22 Nov 2027 00:00:00 GMT",
    },
    "RetryAfter": {
        "description": "Seconds to wait before repeating the request.",
        "schema": {"type": "string"},
        "example": "1",
    },
    "WWWAuthenticate": {
        "description": "How to authenticate (RFC 6750).",
        "schema": {"type": "string"},
        "example": 'Bearer realm="ecosystem-api"',
    },
}

PARAMETERS: Json = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A key of your choice that makes this request safe to repeat for 24 hours: the effect happens "
        "once, and the stored answer is given again. The same key with another request is refused. "
        "A UUID of your own making is a good one.",
        "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": 'The `ETag` of the version this write is based on, such as `"v3"`, or `*` to write '
        "whatever the version.",
        "schema": {"type": "string", "pattern": r'^(\*|(W/)?"v[0-9]{1,18}(-[a-z0-9.-]{1,60})?")$'},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "An `ETag` you hold: the answer is 304 without a body if it is still the present version.",
        "schema": {"type": "string"},
    },
    "EcosystemVersion": {
        "name": "Ecosystem-Version",
        "in": "header",
        "required": False,
        "description": "The version of the contract this request is written for. Without it that of the credential "
        "counts, which is by default the one of the day it was made.",
        "schema": {"type": "string", "enum": list(KNOWN)},
        "example": KNOWN[-1],
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "required": False,
        "description": "Your own id for this request, 8 to 128 letters, digits and `._:-`.",
        "schema": {"type": "string"},
    },
}


ALWAYS = ("XRequestId", "EcosystemVersion", "RateLimitPolicy", "RateLimit")


def header(*names: str) -> Json:
    """References to described headers, under the names they travel by."""
    wire = {
        "XRequestId": "X-Request-Id",
        "RateLimitPolicy": "RateLimit-Policy",
        "EcosystemVersion": "Ecosystem-Version",
        "RetryAfter": "Retry-After",
        "IdempotentReplayed": "Idempotent-Replayed",
        "WWWAuthenticate": "WWW-Authenticate",
    }
    return {wire.get(name, name): {"$ref": f"#/components/headers/{name}"} for name in names}


def parameter(name: str) -> Json:
    """A reference to a described parameter."""
    return {"$ref": f"#/components/parameters/{name}"}
