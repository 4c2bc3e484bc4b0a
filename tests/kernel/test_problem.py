"""Refusals say the same thing to programs and to people."""

import gc
import json
from collections.abc import Iterator

import pytest

from ecosystem_api.kernel import problem
from ecosystem_api.kernel.problem import FieldError, Problem, every_problem

CONTRACT = {
    "MalformedBody": (400, "malformed_body", False),
    "Unauthenticated": (401, "unauthenticated", False),
    "Forbidden": (403, "forbidden", False),
    "NotFound": (404, "not_found", False),
    "MethodNotAllowed": (405, "method_not_allowed", False),
    "Conflict": (409, "conflict", False),
    "IllegalMove": (409, "illegal_move", False),
    "IdempotencyInProgress": (409, "idempotency_in_progress", True),
    "RecordMerged": (409, "record_merged", False),
    "PreconditionFailed": (412, "stale_version", False),
    "BodyTooLarge": (413, "body_too_large", False),
    "UnsupportedMediaType": (415, "unsupported_media_type", False),
    "InvalidRequest": (422, "invalid_request", False),
    "IdempotencyKeyReused": (422, "idempotency_key_reused", False),
    "PreconditionRequired": (428, "precondition_required", False),
    "TooManyRequests": (429, "too_many_requests", True),
    "InternalError": (500, "internal_error", False),
    "Unavailable": (503, "unavailable", True),
}


def of_the_kernel() -> list[type[Problem]]:
    return [kind for kind in every_problem() if kind.__module__ == problem.__name__]


def test_status_code_and_retryability_of_each_refusal_are_a_contract() -> None:
    assert {kind.__name__: (kind.status, kind.code, kind.retryable) for kind in of_the_kernel()} == CONTRACT


@pytest.mark.parametrize("kind", of_the_kernel(), ids=lambda kind: kind.__name__)
def test_each_refusal_explains_itself_in_one_sentence_with_a_title(kind: type[Problem]) -> None:
    assert kind.__doc__ is not None
    assert kind.__doc__ != Problem.__doc__
    assert kind.sentence() == kind.__doc__.strip().splitlines()[0]
    assert kind.sentence().endswith(".")
    assert kind.title != Problem.title


@pytest.fixture
def _passing_classes() -> Iterator[None]:
    """Classes made by a test leave with it, so that no other test finds them among every problem."""
    yield
    gc.collect()


@pytest.mark.usefixtures("_passing_classes")
def test_every_problem_is_sorted_by_code_and_knows_classes_below_classes() -> None:
    class DealProtected(problem.Conflict):
        """Another partner's protection covers this deal."""

        code = "aaa_deal_protected"

    found = every_problem()
    assert found[0] is DealProtected
    assert [kind.code for kind in found] == sorted(kind.code for kind in found)
    assert len(found) == len(set(found))
    assert Problem not in found


def test_the_body_holds_the_standard_members_and_leaves_out_empty_errors() -> None:
    assert problem.NotFound("No deal of that id.").body("req_1", "https://docs.example/") == {
        "type": "https://docs.example/problems/not_found",
        "title": "Not found",
        "status": 404,
        "detail": "No deal of that id.",
        "code": "not_found",
        "retryable": False,
        "request_id": "req_1",
    }


def test_field_errors_become_plain_objects_that_json_can_write() -> None:
    refusal = problem.InvalidRequest(errors=[FieldError("/amount", "too_precise", "JPY has 0 decimals.")])
    body = json.loads(json.dumps(refusal.body(None, "https://docs.example")))
    assert body["errors"] == [{"pointer": "/amount", "code": "too_precise", "detail": "JPY has 0 decimals."}]
    assert body["request_id"] is None


def test_without_a_detail_the_sentence_of_the_class_is_the_detail() -> None:
    refusal = problem.Unavailable()
    assert refusal.detail == problem.Unavailable.sentence()
    assert str(refusal) == refusal.detail


@pytest.mark.usefixtures("_passing_classes")
def test_a_class_without_docstring_falls_back_to_its_title() -> None:
    # python -OO removes docstrings.
    bare = type("Bare", (problem.Conflict,), {"code": "zzz_bare", "title": "Bare"})
    assert bare().detail == "Bare"


def test_extras_follow_the_standard_members_and_headers_stay_outside_the_body() -> None:
    refusal = problem.TooManyRequests("Slow down.", headers={"Retry-After": "3"}, limit="tenant")
    body = refusal.body("req_1", "https://docs.example")
    assert list(body)[-1] == "limit"
    assert body["limit"] == "tenant"
    assert refusal.headers == {"Retry-After": "3"}
    assert "headers" not in body


@pytest.mark.parametrize("member", ["status", "title", "code", "type", "request_id", "retryable"])
def test_an_extra_cannot_replace_a_standard_member(member: str) -> None:
    with pytest.raises(TypeError, match=member):
        problem.Forbidden("No.", **{member: "forged"})  # type: ignore[arg-type]  # mypy cannot tell which keyword it is
