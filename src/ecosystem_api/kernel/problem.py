"""Refusals: every way of saying no, each a class with one sentence, rendered as RFC 9457 problem details."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from ecosystem_api.kernel.instant import instant_text

_MEMBERS = frozenset({"type", "title", "status", "detail", "code", "errors", "retryable", "request_id"})


@dataclass(frozen=True)
class FieldError:
    """One fault in one place of the request.

    Shape: `pointer` is an RFC 6901 JSON pointer into the body (`/products/0/sku`) or a parameter's name; `code` is
    stable and meant for programs; `detail` is a sentence meant for people.
    """

    pointer: str
    code: str
    detail: str


class Problem(Exception):  # noqa: N818 - the name RFC 9457 gives it, and what a client sees
    """The request was refused."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    title: ClassVar[str] = "Problem"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        """A refusal says what happened in `detail`, or else the sentence of its class.

        Shape: `extra` becomes further members of the body, instants among them as text; `headers` belong on the
        response.
        Errors: TypeError when an extra takes the name of a standard member.
        """
        if taken := sorted(_MEMBERS & extra.keys()):
            raise TypeError(f"{type(self).__name__} cannot carry {', '.join(taken)} as an extra: a standard member")
        self.detail = detail if detail is not None else self.sentence()
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = {name: instant_text(told) if isinstance(told, datetime) else told for name, told in extra.items()}
        super().__init__(self.detail)

    @classmethod
    def sentence(cls) -> str:
        """The class says in one sentence what it refuses: the first line of its docstring."""
        return next(iter((cls.__doc__ or cls.title).strip().splitlines()), cls.title)

    def body(self, request_id: str | None, docs_base: str) -> dict[str, Any]:
        """The refusal as a problem-details object, whose `type` is a page of the documentation.

        Edges: `errors` is there only when there are any; extras follow the standard members.
        Source: RFC 9457, section 3.
        """
        members: dict[str, Any] = {
            "type": f"{docs_base.rstrip('/')}/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            members["errors"] = [asdict(error) for error in self.errors]
        return members | {"retryable": self.retryable, "request_id": request_id} | self.extra


class InvalidRequest(Problem):
    """The request is well formed but a value in it breaks a rule; `errors` says which and why."""

    status = 422
    code = "invalid_request"
    title = "Invalid request"


class MalformedBody(Problem):
    """The body could not be read as JSON."""

    status = 400
    code = "malformed_body"
    title = "Malformed body"


class Unauthenticated(Problem):
    """The request carries no valid credential."""

    status = 401
    code = "unauthenticated"
    title = "Not authenticated"


class Forbidden(Problem):
    """The caller may see this but lacks the permission that the action needs."""

    status = 403
    code = "forbidden"
    title = "Forbidden"


class NotFound(Problem):
    """Nothing of this name exists that the caller may see."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(Problem):
    """This address exists but does not answer to this method."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class Conflict(Problem):
    """The request contradicts the present state of the resource."""

    status = 409
    code = "conflict"
    title = "Conflict"


class IllegalMove(Problem):
    """The resource is in a state that does not allow this action; `allowed_actions` lists those it does.

    Choose one of `allowed_actions`.
    """

    status = 409
    code = "illegal_move"
    title = "Illegal move"


class RecordMerged(Conflict):
    """The named record was merged into another, whose id is `merged_into_id`; it stands for both from then on.

    Use the id in `merged_into_id`. Where the old id stands in the address, the answer is a redirect (308) instead.
    """

    code = "record_merged"
    title = "Record merged into another"

    def __init__(self, old_id: str, new_id: str) -> None:
        super().__init__(f"{old_id} was merged into {new_id}.", merged_into_id=new_id)
        self.old_id, self.new_id = old_id, new_id


class IdempotencyInProgress(Problem):
    """A first request with this idempotency key is still being served; repeat it shortly."""

    status = 409
    code = "idempotency_in_progress"
    title = "Idempotent request in progress"
    retryable = True


class PreconditionFailed(Problem):
    """The resource has changed since the version named in `If-Match`; read it again before writing."""

    status = 412
    code = "stale_version"
    title = "Stale version"


class BodyTooLarge(Problem):
    """The body is larger than this address accepts."""

    status = 413
    code = "body_too_large"
    title = "Body too large"


class UnsupportedMediaType(Problem):
    """The body is of a media type that this address does not read."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class IdempotencyKeyReused(Problem):
    """This idempotency key was used before with a different request; a new request needs a new key.

    Send the new request with a key of its own.
    """

    status = 422
    code = "idempotency_key_reused"
    title = "Idempotency key reused"


class PreconditionRequired(Problem):
    """This write needs an `If-Match` header that names the version it was based on."""

    status = 428
    code = "precondition_required"
    title = "Precondition required"


class TooManyRequests(Problem):
    """The caller has used up its allowance; `Retry-After` says when to come back."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    retryable = True


class InternalError(Problem):
    """The service failed through no fault of the request; quote the request id when reporting it."""

    status = 500
    code = "internal_error"
    title = "Internal error"


class Unavailable(Problem):
    """The service cannot answer at the moment; the same request may succeed shortly."""

    status = 503
    code = "unavailable"
    title = "Unavailable"
    retryable = True


def every_problem() -> list[type[Problem]]:
    """Every refusal known to the process, sorted by code.

    Edges: only classes of modules that were imported are known, so open the house first.
    """
    found: set[type[Problem]] = set()
    unvisited: list[type[Problem]] = [Problem]
    while unvisited:
        fresh = set(unvisited.pop().__subclasses__()) - found
        found |= fresh
        unvisited.extend(fresh)
    return sorted(found, key=lambda problem: (problem.code, problem.__qualname__))
