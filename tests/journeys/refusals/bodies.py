"""Bodies that are no JSON, are JSON in two ways, or are meant to hurt."""

import gzip

from tests.journeys.refusals.case import DEALS, PRODUCTS, Refusal

_MALFORMED = {
    "a NUL written as an escape": rb'{"sku":"A","name":"a\u0000b"}',
    "a NUL written as an escape in a key": rb'{"sku":"A","name":"a","x\u0000":1}',
    "a raw NUL": b'{"sku":"A","name":"a\x00b"}',
    "a raw line break in a string": b'{"sku":"A","name":"a\nb"}',
    "half of a surrogate pair": rb'{"sku":"A","name":"a\ud800b"}',
    "the other half of a surrogate pair": rb'{"sku":"A","name":"a\udfffb"}',
    "half of a surrogate pair in a key": rb'{"sku":"A","name":"a","\udc00":1}',
    "a surrogate in raw bytes": b'{"sku":"A","name":"a\xed\xa0\x80b"}',
    "bytes that are not UTF-8": b'{"sku":"A","name":"a\xff\xfeb"}',
    "an overlong encoding": b'{"sku":"A","name":"a\xc0\xafb"}',
    "Latin-1": '{"sku":"A","name":"Müller"}'.encode("latin-1"),
    "UTF-16": '{"sku":"A","name":"a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"sku":"A","name":"a"}',
    "ten thousand arrays": b"[" * 10_000 + b"]" * 10_000,
    "ten thousand objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "ten thousand arrays that never end": b"[" * 10_000,
    "arrays behind an unclosed string": b'"' + b"[" * 10_000,
    "a megabyte of escaped quotes": b'\\"' * 500_000,
    "an unclosed string of escaped quotes": b'"' + b'\\"' * 500_000,
    "many keys and one of them twice": b"{" + b"".join(b'"%d":1,' % n for n in range(80_000)) + b'"79999":1}',
    "an integer of five thousand digits": b'{"sku":"A","name":' + b"9" * 5_000 + b"}",
    "a fraction of five thousand digits": b'{"sku":"A","name":0.' + b"9" * 5_000 + b"}",
    "an exponent of five thousand digits": b'{"sku":"A","name":1e' + b"9" * 5_000 + b"}",
    "NaN": b'{"sku":"A","name":NaN}',
    "Infinity": b'{"sku":"A","name":Infinity}',
    "minus Infinity": b'{"sku":"A","name":-Infinity}',
    "a key twice": b'{"sku":"A","sku":"B","name":"a"}',
    "a key twice, once as an escape": rb'{"sku":"A","\u0073ku":"B","name":"a"}',
    "a long key twice": b'{"' + b"k" * 300_000 + b'":1,"' + b"k" * 300_000 + b'":2}',
    "a comment": b'{"sku":"A",/* hello */"name":"a"}',
    "a comma too many": b'{"sku":"A","name":"a",}',
    "single quotes": b"{'sku':'A'}",
    "two values": b'{"sku":"A","name":"a"}{"sku":"B","name":"b"}',
    "a word that is no JSON": b"true false",
    "a form": b"sku=A&name=a",
    "only blanks": b"   ",
    "a number with a leading zero": b'{"sku":"A","name":01}',
}
_NOT_OBJECTS = {"null": b"null", "a list": b"[]", "a text": b'"sku"', "a number": b"7", "true": b"true"}
_MILLION = b"x" * 1_048_576
_SMALL = b'{"sku":"A","name":"a"}'

BODIES = [
    *(
        Refusal(f"a body with {what} is malformed", "POST", PRODUCTS, 400, "malformed_body", raw=raw)
        for what, raw in _MALFORMED.items()
    ),
    *(
        Refusal(f"{what} is no product", "POST", PRODUCTS, 422, "invalid_request", raw=raw, fault=("", ""))
        for what, raw in _NOT_OBJECTS.items()
    ),
    *(
        Refusal(f"{what} is no merge patch", "PATCH", DEALS + "/{deal}", 422, "invalid_request", raw=raw)
        for what, raw in _NOT_OBJECTS.items()
    ),
    Refusal("no body where one is needed", "POST", PRODUCTS, 422, "invalid_request", fault=("", "missing")),
    Refusal("a body of two megabytes", "POST", PRODUCTS, 413, "body_too_large", raw=_MILLION * 2),
    Refusal("a body one byte over the limit", "POST", PRODUCTS, 413, "body_too_large", raw=_MILLION + b"x"),
    Refusal(
        "a length that lies upwards", "POST", PRODUCTS, 413, "body_too_large",
        raw=_SMALL, headers=(("Content-Length", "9999999999999999999999"),),
    ),
    Refusal("a body where none is taken", "POST", DEALS + "/{deal}/submit", 422, "invalid_request",
            raw=b'{"x":1}', fault=("", "unexpected_body")),
    Refusal("a body on a read", "GET", "/v1/me", 422, "invalid_request", raw=b'{"x":1}', fault=("", "unexpected_body")),
    *(
        Refusal(
            f"a body declared as {kind or 'nothing'}", "POST", PRODUCTS, 415, "unsupported_media_type",
            raw=_SMALL, headers=(("Content-Type", kind),), answers={"accept": "application/json"},
        )
        for kind in (
            "", "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x", "application/jsonx", "json", "application/json+xml", "*/*", "a" * 5_000,
        )
    ),
    *(
        Refusal(
            f"a body encoded as {coding}", "POST", PRODUCTS, 415, "unsupported_media_type",
            raw=gzip.compress(_SMALL), headers=(("Content-Encoding", coding),), answers={"accept-encoding": "identity"},
        )
        for coding in ("gzip", "deflate", "br", "GZIP", "gzip, gzip")
    ),
]  # fmt: skip
