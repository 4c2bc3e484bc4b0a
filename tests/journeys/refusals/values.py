"""Fields that are unknown, of the wrong type, out of range or written wrongly."""

from typing import Any

from tests.journeys.refusals.case import ACCOUNTS, DEALS, PARTNERS, PRODUCTS, Refusal
from tests.makers import deal_body

MEMBERS, CLIENTS, PERSONAS = "/v1/members", "/v1/clients", "/v1/personas"
_CUSTOMER: dict[str, Any] = {"name": "Acme", "country": "DE"}
_PRODUCT = {"sku": "A-1", "name": "A"}
_PARTNER = {"display_name": "P", "country": "DE"}
_MEMBER = {"email": "a@reseller.example", "display_name": "A", "role": "analyst"}


def _field(sentence: str, path: str, body: Any, pointer: str, code: str, **more: Any) -> Refusal:
    kept = {"status": 422, "code": "invalid_request", **more}
    return Refusal(sentence, "POST", path, body=body, fault=(pointer, code), **kept)


def _deal(sentence: str, pointer: str, code: str, **fields: Any) -> Refusal:
    return _field(f"a deal with {sentence}", DEALS, deal_body(**fields), pointer, code, who="partner")


def _money(sentence: str, amount: Any, pointer: str = "/amount", code: str = "value_error") -> Refusal:
    return _deal(sentence, pointer, code, amount=amount)


def _line(number: int) -> dict[str, Any]:
    return {"sku": f"S-{number}", "quantity": 1}


MONEY = [
    _money("a currency that does not exist", {"amount": "1.00", "currency": "XXQ"}, "/amount/currency"),
    _money("a currency in small letters", {"amount": "1.00", "currency": "eur"}, "/amount/currency"),
    _money("a currency of four letters", {"amount": "1", "currency": "EURO"}, "/amount/currency"),
    _money("a negative amount", {"amount": "-1.00", "currency": "EUR"}),
    _money("cents of a yen", {"amount": "1.50", "currency": "JPY"}),
    _money("thousandths of a euro", {"amount": "1.000", "currency": "EUR"}),
    _money("an amount as a number", {"amount": 1, "currency": "EUR"}, "/amount/amount", "string_type"),
    _money("an amount as a fraction", {"amount": 0.1, "currency": "EUR"}, "/amount/amount", "string_type"),
    _money("money as a number", 12, code="model_type"),
    _money("money as a text", "12 EUR", code="model_type"),
    _money("an amount without currency", {"amount": "1"}, "/amount/currency", "missing"),
    _money("more than money", {"amount": "1", "currency": "EUR", "tax": "0"}, "/amount/tax", "unknown_field"),
    _money("sixteen digits of money", {"amount": "1" * 16, "currency": "EUR"}),
    _money("a million digits", {"amount": "9" * 900_000, "currency": "EUR"}, "/amount/amount", "string_too_long"),
    _money("an exponent", {"amount": "1e3", "currency": "EUR"}),
    _money("a thousands separator", {"amount": "1,000.00", "currency": "EUR"}),
    _money("a plus sign", {"amount": "+1", "currency": "EUR"}),
    _money("a leading zero", {"amount": "01", "currency": "EUR"}),
    _money("Arabic digits", {"amount": "١٢", "currency": "EUR"}),
    _money("NaN as money", {"amount": "NaN", "currency": "EUR"}),
    _money("no amount at all", {"amount": "", "currency": "EUR"}),
    _money("blanks around an amount", {"amount": " 1 ", "currency": "EUR"}),
]

DATES = [
    *(
        _deal(f"the date {value!r}", "/expected_close_on", code, expected_close_on=value)
        for value, code in (
            ("2027-02-30", "date_from_datetime_parsing"), ("2027-13-01", "date_from_datetime_parsing"),
            ("0000-01-01", "date_parsing"), ("2027-03-31T00:00:00Z", "value_error"),
            ("2027-03-31T00:00:00", "value_error"), ("31.03.2027", "value_error"), ("2027-3-31", "value_error"),
            ("9999-12-31", "value_error"), ("1989-12-31", "value_error"), ("tomorrow", "value_error"),
            (1_806_451_200, "value_error"), ("1806451200", "value_error"), (True, "value_error"),
            ("", "value_error"), ([], "date_type"), ("٢٠٢٧-03-31", "value_error"), (1e300, "value_error"),
        )
    ),
]  # fmt: skip

_UNSEEN = {"a line break": "a\nb", "a bell": "a\x07b", "a delete": "a\x7fb", "a C1 control": "a\x85b",
           "a line separator": "a\u2028b", "nothing that can be seen": "\u200b\u200d", "only blanks": "   ",
           "nothing": ""}  # fmt: skip
TEXTS = [
    *(
        _field(f"a product named with {what}", PRODUCTS, {"sku": "A-1", "name": text}, "/name", "")
        for what, text in _UNSEEN.items()
    ),
    _field("a name of ten thousand characters", PRODUCTS, {"sku": "A-1", "name": "n" * 10_000}, "/name",
           "string_too_long"),
    _field("a note with a bell", DEALS + "/{deal}/notes", {"body": "a\x07b"}, "/body", "value_error"),
    _field("a note of a hundred thousand characters", DEALS + "/{deal}/notes", {"body": "n" * 100_000}, "/body",
           "string_too_long"),
    _field("an external id with a tab", DEALS, deal_body(external_id={"system": "crm", "id": "a\tb"}),
           "/external_id/id", "value_error", who="partner"),
    _field("an account's external id with an escape", ACCOUNTS,
           {**_CUSTOMER, "staff": {"external_ids": [{"system": "crm", "id": "a\x1b[31m"}]}},
           "/staff/external_ids/0/id", "value_error"),
    _field("an e-mail address with a bell", MEMBERS, {**_MEMBER, "email": "a\x07@b.example"}, "/email",
           "string_pattern_mismatch"),
    _field("an e-mail address with a second line", MEMBERS, {**_MEMBER, "email": "a@b.example\nBcc: c@d.example"},
           "/email", "string_pattern_mismatch"),
    _field("a text as a number", PRODUCTS, {"sku": "A-1", "name": 7}, "/name", "string_type"),
    _field("a text as a list", PRODUCTS, {"sku": "A-1", "name": ["a"]}, "/name", "string_type"),
    _field("a text that is null", PRODUCTS, {"sku": "A-1", "name": None}, "/name", "string_type"),
    _field("a huge number for a text", PRODUCTS, {"sku": "A-1", "name": 1e300}, "/name", "string_type"),
    _field("a code with a blank", PRODUCTS, {"sku": "A 1", "name": "A"}, "/sku", "string_pattern_mismatch"),
    _field("a code with a second line", PRODUCTS, {"sku": "A\nB", "name": "A"}, "/sku", "string_pattern_mismatch"),
    _field("a field that does not exist", PRODUCTS, {**_PRODUCT, "colour": "red"}, "/colour", "unknown_field"),
    _field("a field that only answers have", PRODUCTS, {**_PRODUCT, "id": "x"}, "/id", "unknown_field"),
    _field("a vendor named in a body", PRODUCTS, {**_PRODUCT, "vendor_id": "{vendor}"}, "/vendor_id", "unknown_field"),
    _field("a field named like a prototype", PRODUCTS, {**_PRODUCT, "__proto__": {}}, "/__proto__", "unknown_field"),
    _field("a field with slashes in its name", PRODUCTS, {**_PRODUCT, "a/b~c": 1}, "/a~1b~0c", "unknown_field"),
    _field("a field that is missing", PRODUCTS, {"sku": "A-1"}, "/name", "missing"),
    _field("a country that does not exist", PARTNERS, {**_PARTNER, "country": "XX"}, "/country", "value_error"),
    _field("a country in small letters", PARTNERS, {**_PARTNER, "country": "de"}, "/country", "value_error"),
    _field("a name without a letter", PARTNERS, {**_PARTNER, "display_name": "!!!"}, "/display_name", "value_error"),
    _field("a status that does not exist", PARTNERS, {**_PARTNER, "status": "king"}, "/status", "literal_error"),
    _field("a role that does not exist", CLIENTS, {"name": "c", "role": "system"}, "/role", "literal_error"),
    _field("a scope that does not exist", CLIENTS, {"name": "c", "role": "admin", "scopes": ["all"]}, "/scopes",
           "unknown_scope"),
    _field("an overlap of a year", "/v1/clients/cli_{nobody}/rotate", {"overlap_hours": 8_760}, "/overlap_hours",
           "less_than_equal"),
    _field("a key with capitals", PERSONAS, {"key": "MSP", "label": "l", "description": "d"}, "/key",
           "string_pattern_mismatch"),
    _field("an e-mail address of nobody", MEMBERS, {**_MEMBER, "email": "nobody"}, "/email", "string_pattern_mismatch"),
    *(
        _field(f"a truth written as {value!r}", ACCOUNTS, {**_CUSTOMER, "staff": {"is_customer": value}},
               "/staff/is_customer", "bool_type")
        for value in (1, 0, "true", "yes", "off", "", None)
    ),
    _field("a domain of everybody", ACCOUNTS, {**_CUSTOMER, "domains": ["gmail.com"]}, "/domains", "value_error"),
    _field("an external id of a system with blanks", PARTNERS, {**_PARTNER, "external_ids": {"my crm": "1"}},
           "/external_ids/my crm/[key]", "string_pattern_mismatch"),
    _field("a domain that is none", ACCOUNTS, {**_CUSTOMER, "domains": ["[::1]:x/%00"]}, "/domains", "value_error"),
]  # fmt: skip

PRODUCT_LINES = [
    _deal("fifty-one products", "/products", "too_long", products=[_line(n) for n in range(51)]),
    _deal("a product twice", "/products", "value_error", products=[{"sku": "EDR-100"}, {"sku": "EDR-100"}]),
    *(
        _deal(f"the quantity {quantity!r}", "/products/0/quantity", code, products=[{"sku": "E", "quantity": quantity}])
        for quantity, code in (
            (0, "greater_than_equal"), (-1, "greater_than_equal"), (10**12, "less_than_equal"), (1.5, "int_from_float"),
            (10**39, "less_than_equal"), ("many", "int_type"), ("3", "int_type"), (True, "int_type"),
            (None, "int_type"), ({}, "int_type"),
        )
    ),
    Refusal("a quantity beyond every float", "POST", DEALS, 422, "invalid_request", who="partner",
            fault=("/products/0/quantity", "finite_number"),
            raw=b'{"title":"t","account_id":"acc_01h455vb4pex5vsknk084sn02q",'
                b'"products":[{"sku":"E","quantity":1e400}]}'),
    Refusal("a deal with an unknown product", "POST", DEALS, 422, "unknown_product", who="partner",
            body=deal_body(products=[{"sku": "NO-SUCH"}]), fault=("/products/0/sku", "")),
]  # fmt: skip

REFERENCES = [
    _deal("both an account and a customer", "/customer", "fields_disagree", account_id="{account}"),
    _field("a deal with neither an account nor a customer", DEALS, {"title": "t"}, "/customer", "missing",
           who="partner"),
    *(
        _field(f"a deal for {what}", DEALS, {"title": "t", "account_id": account}, "/account_id", code, who="partner")
        for what, account, code in (
            ("an unknown account", "acc_{nobody}", "unknown_account"),
            ("an account it may not see", "{account}", "unknown_account"),
            ("a malformed account", "acc_1", "value_error"), ("a partner as account", "{partner}", "value_error"),
            ("an account in capitals", "ACC_01H455VB4PEX5VSKNK084SN02Q", "value_error"),
            ("an account as a number", 7, "value_error"), ("an account as a bare UUID",
             "01890a5d-ac96-774b-bcce-b302099a8057", "value_error"),
             ("an account with a blank", "acc_{nobody} ", "value_error"),
        )
    ),
    Refusal("a partner's deal for another partner", "POST", DEALS, 403, "other_partner", who="partner",
            body=deal_body(partner_id="{child}")),
    Refusal("a deal of nobody", "POST", DEALS, 422, "partner_not_named", body=deal_body()),
    Refusal("a deal of an unknown partner", "POST", DEALS, 404, "not_found", body=deal_body(partner_id="par_{nobody}")),
    Refusal("a deal of another vendor's partner", "POST", DEALS, 404, "not_found",
            body=deal_body(partner_id="{foreign}")),
    Refusal("a relationship to another vendor's partner", "POST", PARTNERS + "/{partner}/relationships", 422,
            "unknown_partner", body={"kind": "refers_to", "other_id": "{foreign}"}, fault=("/other_id", "")),
    Refusal("a relationship to itself", "POST", PARTNERS + "/{partner}/relationships", 422, "invalid_request",
            body={"kind": "refers_to", "other_id": "{partner}"}, fault=("/other_id", "same_partner")),
    Refusal("a partner above its own parent", "POST", PARTNERS + "/{child}/relationships", 409, "relationship_cycle",
            body={"kind": "parent_of", "other_id": "{partner}"}),
    Refusal("an account that is its own parent", "PATCH", ACCOUNTS + "/{account}", 409, "account_cycle",
            body={"parent_id": "{account}"}, headers=(("If-Match", "*"),)),
    Refusal("an account above its own parent", "PATCH", ACCOUNTS + "/{account}", 409, "account_cycle",
            body={"parent_id": "{daughter}"}, headers=(("If-Match", "*"),)),
    Refusal("a partner's word on what only staff know", "POST", ACCOUNTS, 403, "forbidden", who="partner",
            body={**_CUSTOMER, "staff": {"aliases": ["Acme Corp"]}}),
    Refusal("a partner's question about many names", "POST", "/v1/rules-of-engagement/check", 403, "forbidden",
            who="partner", body={"customer": {**_CUSTOMER, "staff": {"aliases": ["Globex Industries"]}}}),
    Refusal("a code that is taken", "POST", PRODUCTS, 409, "sku_taken", body={"sku": "EDR-100", "name": "Again"}),
    Refusal("a partner role without partner", "POST", CLIENTS, 422, "role_and_partner_disagree",
            body={"name": "c", "role": "partner_admin"}),
    Refusal("a vendor's role with a partner", "POST", CLIENTS, 422, "role_and_partner_disagree",
            body={"name": "c", "role": "admin", "partner_id": "{partner}"}),
    Refusal("a partner's admin that makes an admin", "POST", CLIENTS, 403, "role_not_grantable", who="partner",
            body={"name": "c", "role": "admin"}),
    Refusal("a partner's admin that reaches for another partner", "POST", CLIENTS, 403, "role_not_grantable",
            who="partner", body={"name": "c", "role": "partner_admin", "partner_id": "{child}"}),
    Refusal("a required field that is cleared", "PATCH", DEALS + "/{deal}", 422, "invalid_request", who="partner",
            body={"title": None}, headers=(("If-Match", "*"),), fault=("/title", "not_nullable")),
]  # fmt: skip

VALUES = [*MONEY, *DATES, *TEXTS, *PRODUCT_LINES, *REFERENCES]
