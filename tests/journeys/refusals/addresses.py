"""Paths, methods and queries."""

from tests.journeys.refusals.case import ACCOUNTS, DEALS, PARTNERS, PRODUCTS, Refusal

_NOBODY = "01h455vb4pex5vsknk084sn02q"
PATHS = [
    *(
        Refusal(f"a deal of the id {what}", "GET", f"{DEALS}/{text}", 404, "not_found")
        for what, text in (
            ("nobody has", f"deal_{_NOBODY}"), ("of another kind", "{partner}"), ("in capitals", f"DEAL_{_NOBODY}"),
            ("in capitals behind the prefix", f"deal_{_NOBODY.upper()}"), ("that is short", "deal_1"),
            ("that is a number", "1"), ("that is a UUID", "01890a5d-ac96-774b-bcce-b302099a8057"),
            ("with a NUL", f"deal_{_NOBODY}%00"), ("that is a NUL", "%00"), ("with a line break", f"deal_{_NOBODY}%0A"),
            ("with quotes", "deal_'%20or%20'1'='1"), ("beyond 128 bits", "deal_8zzzzzzzzzzzzzzzzzzzzzzzzz"),
            ("that is not UTF-8", "deal_%ff%fe"), ("that is half a surrogate", "deal_%ed%a0%80"),
            ("that is very long", "deal_" + "0" * 20_000), ("of a prefix alone", "deal_"), ("of dots", "%2e%2e"),
        )
    ),
    *(
        Refusal(f"a persona called {text!r}", "GET", f"/v1/personas/{text}", 404, "not_found")
        for text in ("nobody", "MSP", "%00", "msp%00", "msp%0a", "a" * 64, "%ff", "__proto__")
    ),
    *(
        Refusal(f"the address {path[:60]!r}", "GET", path, 404, "not_found")
        for path in (
            "/v1/nothing", "/v1", "/v2/me", "/v1/me/", PRODUCTS + "/", "//v1/me", "/v1//me", "/V1/ME", "/v1/me%2f",
            "/v1/..%2fme", "/v1/%2e%2e/v1/me", "/..%2f..%2fetc/passwd", "/v1/me;x=1", "/v1/me%20", "/v1/me%00",
            "/.env", "/admin", "/v1/" + "a" * 30_000, "/v1/deal-registrations/{deal}/nothing",
        )
    ),
    *(
        Refusal(f"{method} at {path}", method, path, 405, "method_not_allowed", answers={"allow": allow})
        for method, path, allow in (
            ("DELETE", PRODUCTS, "GET, HEAD, POST"), ("PUT", DEALS + "/{deal}", "GET, HEAD, PATCH"),
            ("GET", DEALS + "/{deal}/submit", "POST"), ("PATCH", "/v1/me", "GET, HEAD"),
            ("GET", "/oauth/token", "POST"),
            ("OPTIONS", PRODUCTS, "GET, HEAD, POST"), ("OPTIONS", "/v1/me", "GET, HEAD"),
            ("TRACE", "/v1/me", "GET, HEAD"),
            ("BREW", "/v1/me", "GET, HEAD"), ("HEAD", "/oauth/token", "POST"),
        )
    ),
]  # fmt: skip

QUERIES = [
    *(
        Refusal(f"the query {query[:60]!r}", "GET", f"{path}?{query}", 422, "invalid_request", fault=(pointer, code))
        for path, query, pointer, code in (
            (PRODUCTS, "colour=red", "colour", "unknown_parameter"),
            (PRODUCTS, "Limit=5", "Limit", "unknown_parameter"),
            (PRODUCTS, "vendor_id={vendor}", "vendor_id", "unknown_parameter"),
            (PRODUCTS, "a%00b=1", "a\x00b", "unknown_parameter"),
            (PRODUCTS, "&".join(f"p{n}=1" for n in range(4_000)), "p0", "unknown_parameter"),
            ("/v1/me", "limit=5", "limit", "unknown_parameter"),
            (DEALS + "/{deal}", "expand=all", "expand", "unknown_expand"),
            (PRODUCTS, "limit=0", "limit", "greater_than_equal"), (PRODUCTS, "limit=201", "limit", "less_than_equal"),
            (PRODUCTS, "limit=-1", "limit", "greater_than_equal"), (PRODUCTS, "limit=abc", "limit", "int_parsing"),
            (PRODUCTS, "limit=", "limit", "int_parsing"), (PRODUCTS, "limit=1.5", "limit", "int_parsing"),
            (PRODUCTS, "limit=" + "9" * 5_000, "limit", "int_parsing_size"),
            (PRODUCTS, "limit=NaN", "limit", "int_parsing"),
            (PRODUCTS, "cursor=garbage", "cursor", "invalid_cursor"),
            (PRODUCTS, "cursor={cursor}x", "cursor", "invalid_cursor"),
            (PRODUCTS, "cursor=%f0%9f%98%80", "cursor", "invalid_cursor"),
            (PRODUCTS, "cursor=" + "A" * 2_049, "cursor", "string_too_long"),
            (PARTNERS, "cursor={cursor}", "cursor", "invalid_cursor"),
            (PRODUCTS, "cursor={cursor}&status=active", "cursor", "invalid_cursor"),
            (PRODUCTS, "status=red", "status", "literal_error"), (DEALS, "sort=random()", "sort", "literal_error"),
            (DEALS, "partner_id=1", "partner_id", "value_error"),
            (DEALS, "account_id={partner}", "account_id", "value_error"),
            (DEALS, "external_id=1", "external_id", "incomplete"),
            (ACCOUNTS, "external_system=crm", "external_id", "incomplete"),
            (ACCOUNTS, "name=a%00b", "name", "nul"), (ACCOUNTS, "name=" + "n" * 10_000, "name", "string_too_long"),
            (ACCOUNTS, "country=xx", "country", "value_error"),
            (ACCOUNTS, "is_customer=perhaps", "is_customer", "bool_parsing"),
            ("/v1/events", "after=-1", "after", "greater_than_equal"),
            ("/v1/events", f"after={2**63}", "after", "less_than"),
            ("/v1/events", "subject_id=%00", "subject_id", "nul"),
            ("/v1/decisions", "kind=both", "kind", "string_pattern_mismatch"),
            ("/v1/rules-of-engagement", "as_of=yesterday", "as_of", "value_error"),
            ("/v1/rules-of-engagement", "as_of=1806451200", "as_of", "value_error"),
            ("/v1/rules-of-engagement", "as_of=2026-01-31T09:00:00", "as_of", "value_error"),
            ("/v1/rules-of-engagement", "as_of=9999-12-31T23:59:59-12:00", "as_of", "value_error"),
            ("/v1/rules-of-engagement", "as_of=0001-01-01T00:00:00%2B14:00", "as_of", "value_error"),
        )
    ),
    Refusal("an event type that does not exist", "GET", "/v1/events?type=no.such", 422, "unknown_event_type"),
    Refusal("twenty-one event types", "GET", "/v1/events?" + "&".join(["type=vendor.*"] * 21), 422, "invalid_request"),
    Refusal("a partner's cursor from staff", "GET", PRODUCTS + "?limit=1&cursor={cursor}", 422, "invalid_request",
            who="partner", fault=("cursor", "invalid_cursor")),
    Refusal("another vendor's cursor", "GET", PRODUCTS + "?limit=1&cursor={cursor}", 422, "invalid_request",
            who="stranger", fault=("cursor", "invalid_cursor")),
]  # fmt: skip

ADDRESSES = [*PATHS, *QUERIES]
