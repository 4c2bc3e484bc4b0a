"""What schemathesis cannot know about this API. Loaded into its process, see `test_fuzz.py`.

Nothing is left out of a run but what stands here, each with its reason.
"""

import hashlib
import os
import re
import zlib
from typing import Any, get_args

import schemathesis
from pydantic_core.core_schema import ErrorType
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.generation.meta import CoverageScenario, TestPhase

# Faults of form: the contract has to say what is right, so a request that fits it is never refused for one of these.
FORM = set(get_args(ErrorType)) | {
    "unknown_field", "unknown_parameter", "unexpected_body", "not_nullable", "invalid_etag", "invalid_key",
    "malformed_body", "unsupported_media_type", "precondition_required", "invalid_token_request",
}  # fmt: skip

# Faults of form that no schema can express, by the beginning of `code: detail`. Every other code stands for a judgement
# about stored data or the relation of fields, and has to be declared by the operation: see `refusal_is_declared`.
UNSAYABLE = {
    "missing: The two go together": "one parameter needs the other",
    "missing: The id of the partner": "only the vendor's side has to name the partner",
    "missing: (Name|Say) .*`": "one of several fields, named by the sentence, is needed",
    "value_error: A day between": "JSON Schema has no range of days",
    "value_error: An ISO 3166-1": "the codes of countries are data",
    "value_error: '[A-Z]{3}' is not an ISO 4217": "so are those of currencies",
    "value_error: [A-Z]{3} has [0-9] decimals": "and how many decimals each has",
    "value_error: At least one character that can be seen": "marks without a shape are too many for a pattern",
    "value_error: A time zone of the IANA database": "the names of time zones are data",
    "value_error: A whole domain such as": "a domain's form is more than a pattern",
    "unknown_field: Names separated by commas": "the names stand in the answer's schema",
    "value_error: .* has no registrable domain": "which suffixes belong to registries is data",
    "value_error: A web domain, web address": "the same, where partners are described",
    "value_error: A name .*at least one letter or digit": "letters of every script are too many for a pattern",
}


@schemathesis.check
def refusal_is_declared(ctx: CheckContext, response: Response, case: Case) -> None:
    """Every refusal is a problem, and its code is among those that the operation declares for its status."""
    if response.status_code < 400 or response.status_code == 405:  # of another method, so of no operation
        return
    assert response.headers["content-type"] == ["application/problem+json"], "a refusal is application/problem+json"
    document = case.operation.schema.raw_schema
    answer = case.operation.definition.raw["responses"][str(response.status_code)]
    answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    declared = answer["content"]["application/problem+json"]["examples"].keys()
    code = response.json()["code"]
    assert code in declared, f"{code} is not declared, only {', '.join(declared)}: name it under Errors in the use case"


@schemathesis.hook
def filter_failure(context: HookContext, failure: Any, case: Case, response: Response) -> bool:
    """Keep every failure but the refusal of a request for what no schema can say, or of an item in its place."""
    if type(failure).__name__ == "AcceptedNegativeData" and case.operation.path.endswith("/bulk"):
        return not any(result["status"] == 422 for result in response.json()["results"])
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code not in (400, 422):
        return True
    problem = response.json()
    return any(_is_of_form(fault, case.body) for fault in problem.get("errors") or [problem])


def _is_of_form(fault: dict[str, str], body: Any) -> bool:
    said = f"{fault['code']}: {fault['detail']}"
    if fault["code"] == "value_error" and isinstance(_at(body, fault["pointer"]), dict | list):
        # How the parts of a thing go together: one of two, an end behind its beginning, no product twice.
        return False
    return fault["code"] in FORM and not any(re.match(known, said) for known in UNSAYABLE)


def _at(body: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        if isinstance(body, list):
            body = body[int(part)]
        else:
            body = body.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(body, dict) else None
    return body


@schemathesis.hook
def filter_case(context: HookContext, case: Case) -> bool:
    """Leave out what would end the run, what cannot be sent, and what this run has no time for.

    Whoever revokes its own credential is 401 from then on and finds nothing more. Lines of JSON are text: what is of
    another type has no form of its own on the wire. Of the edges of all values a short run asks some, always the same.
    """
    if case.meta is not None and case.meta.phase.name == TestPhase.COVERAGE and not _is_drawn(case):
        return False
    if case.media_type == "application/x-ndjson" and not isinstance(case.body, str | bytes):
        return False
    own = os.environ["FUZZ_OWN_CLIENTS"].split(",")
    return not (case.method != "GET" and (case.path_parameters or {}).get("client_id") in own)


def _is_drawn(case: Case) -> bool:
    # By what it tries, not by its values, some of which are ids that a run has met.
    tries: Any = case.meta.phase.data if case.meta is not None else None
    said = f"{case.method} {case.path} {tries.scenario} {tries.location} {tries.parameter} {tries.description}"
    seed, one_in = os.environ["FUZZ_SEED"], int(os.environ["FUZZ_ONE_EDGE_IN"])
    is_plain = tries.scenario == CoverageScenario.DEFAULT_POSITIVE_TEST
    return is_plain or zlib.crc32(f"{seed} {said}".encode(errors="replace")) % one_in == 0


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Give another request another key: short keys are generated again and again, and are refused the second time.

    Where tokens are bought and ended, the header would be a client's name and secret: a token there is neither.
    """
    if case.operation.path.startswith("/oauth/"):
        case.headers.pop("Authorization", None)
    if case.query and str(case.query.get("wait", "")).isdigit():
        # A long poll for what never comes is right, and takes the run's time.
        case.query["wait"] = min(int(case.query["wait"]), 1)
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) < 200:
        said = f"{case.method} {case.formatted_path} {case.query} {case.body!r}"
        case.headers["Idempotency-Key"] = key + hashlib.sha256(said.encode()).hexdigest()


@schemathesis.serializer("application/x-ndjson")
def ndjson(context: Any, value: Any) -> bytes:
    """Lines of JSON are generated as text."""
    return value if isinstance(value, bytes) else str(value).encode()
