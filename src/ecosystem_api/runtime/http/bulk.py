"""Bulk operations: many records in one request and one transaction, judged one by one, answered in their order.

A room offers one in its `area.py` with `offer_bulk`: the path, the shape of an item, the permission, and the use case
that takes one. Everything else is the same everywhere and stands here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)

from ecosystem_api.kernel.problem import FieldError, InvalidRequest, Problem
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.door import CurrentTx, allow, machinery_of
from ecosystem_api.runtime.http.problems import field_error
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.wire import Wire, told

IfKnown = Literal["refuse", "update", "keep"]
Outcome = Literal["created", "updated", "unchanged", "failed"]
_STATUS = {"created": 201, "updated": 200, "unchanged": 200}
_MOST_FAULTS = 50
_ABOUT = """

Every item is judged by itself, in order, by the same rules as a single request, and answered in its place: `created`,
`updated`, `unchanged`, or `failed` with the refusal that a single request would get, its pointers leading into this
body. What fails leaves no trace and stops no other; with `atomic` one failure undoes all and the answer is 422. What
was done is one commit. Items see what those before them did. `dry_run` does all of it and takes it back: the answer is
what would have been. With an `Idempotency-Key` a repeat gives the stored answer, also for what failed: send what you
have mended under a new key. """


class BulkRefused(InvalidRequest):
    """At least one item was refused and all or none was asked for, so nothing was done; `results` has each item's.

    Mend the items that `errors` points to, or send without `atomic` to have the others done.
    """

    code = "bulk_refused"
    title = "Bulk request refused"


@dataclass(frozen=True)
class BulkKind:
    """A kind of record that a room takes in bulk.

    `apply` takes one item through the room's use cases and answers (`created` | `updated` | `unchanged`, id). `most`
    bounds the items of one request: their locks are held together until the commit.
    """

    name: str
    path: str
    item: type[BaseModel]
    permission: str
    apply: Callable[[Tx, Caller, Any, IfKnown], Awaitable[tuple[str, str]]]
    known_by: str
    most: int = 100


@dataclass(frozen=True)
class Faulty:
    """An item that is not what the schema says: refused in its place, not for the whole request."""

    errors: tuple[FieldError, ...]


def _each_by_itself(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        return Faulty(tuple(field_error({**fault, "loc": ("body", *fault["loc"])}) for fault in faults[:_MOST_FAULTS]))


class BulkRequest(Wire):
    """Many records of one kind."""

    items: list[Any] = told("The records.")
    if_known: IfKnown = told(
        "What becomes of an item that is there already: `refuse` it as a single request would, `update` what it sends, "
        "or `keep` what is there.",
        "update",
        default="refuse",
    )
    atomic: bool = told("Whether one failure undoes all.", False, default=False)
    dry_run: bool = told("Whether everything is taken back at the end.", False, default=False)


class ItemProblem(BaseModel):
    """Why one item was refused: the problem that a single request would get (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = told("The page of the documentation about this refusal.", "/docs/problems/invalid_request")
    title: str = told("Its name for people.", "Invalid request")
    status: int = told("The HTTP status a single request would get.", 422)
    detail: str = told("What happened this time, in a sentence.", "A value in it breaks a rule.")
    code: str = told("Its name for programs; stable.", "invalid_request")
    errors: list[FieldError] | None = told(
        "Faults in single places, as pointers into the body.",
        [{"pointer": "/items/0/country", "code": "value_error", "detail": "An ISO 3166-1 alpha-2 country code."}],
        default=None,
    )


class BulkResult(Wire):
    """What came of one item."""

    index: int = told("Its place in `items`, from 0.", 0)
    outcome: Outcome = told("What came of it.", "created")
    status: int = told("The HTTP status a single request would get.", 201)
    id: str | None = told(
        "Id of the record; null for one that failed, and for one that a dry run would create.",
        "par_01h455vb4pex5vsknk084sn02q",
    )
    problem: ItemProblem | None = told("Why it was refused; null unless it failed.", default=None)


class BulkRead(Wire):
    """What came of each item, in their order, and how many of each."""

    dry_run: bool = told("Whether everything was taken back.", False)
    created: int = told("Items that made a record.", 1)
    updated: int = told("Items that changed one.", 0)
    unchanged: int = told("Items whose record was there and stays as it is.", 0)
    failed: int = told("Items that were refused.", 0)
    results: list[BulkResult] = told("One result per item, in their order.")


def offer_bulk(router: APIRouter, kind: BulkKind) -> BulkKind:
    """Give a room's router the bulk operation of a kind; answer the kind, for the room's `Area`."""
    item: Any = Annotated[kind.item, WrapValidator(_each_by_itself)]
    items = (list[item], Field(description="The records.", min_length=1, max_length=kind.most))
    body_type: Any = create_model(
        f"{kind.item.__name__.removesuffix('Create').removesuffix('Item')}Bulk",
        __base__=BulkRequest,
        __doc__=f"Up to {kind.most} {kind.name} at once.",
        items=items,
    )

    async def endpoint(
        body: body_type,
        tx: CurrentTx,
        who: Annotated[Caller, allow(kind.permission)],
        machinery: Annotated[Machinery, Depends(machinery_of)],
    ) -> BulkRead:
        return await work_through(tx, who, kind, body, machinery.settings.public_url + "/docs")

    endpoint.__name__ = "bulk_" + kind.name
    endpoint.__doc__ = f"Create or update up to {kind.most} {kind.name} at once.{_ABOUT}{kind.known_by}"
    endpoint.use_cases = (work_through,)  # type: ignore[attr-defined]  # read by the contract, for the refusals
    router.post(kind.path, response_model=BulkRead)(endpoint)
    return kind


async def work_through(tx: Tx, who: Caller, kind: BulkKind, body: BulkRequest, docs: str) -> BulkRead:
    """Take every item in a savepoint of its own. Errors: `BulkRefused` when all or none was asked for."""

    async def every_one() -> list[BulkResult]:
        return [await _take(tx, who, kind, body, index, docs) for index in range(len(body.items))]

    results = await attempt(tx, every_one, keep=not body.dry_run, what=kind.name)
    if body.atomic and any(result.outcome == "failed" for result in results):
        raise BulkRefused(
            errors=_faults(results)[:_MOST_FAULTS],
            results=[result.model_dump(mode="json") for result in results if result.problem],
        )
    counts = {name: sum(result.outcome == name for result in results) for name in (*_STATUS, "failed")}
    return BulkRead(dry_run=body.dry_run, results=results, **counts)


async def _take(tx: Tx, who: Caller, kind: BulkKind, body: BulkRequest, index: int, docs: str) -> BulkResult:
    item = body.items[index]
    try:
        if isinstance(item, Faulty):
            raise InvalidRequest(errors=item.errors)
        outcome, record_id = await attempt(tx, lambda: kind.apply(tx, who, item, body.if_known), what=kind.name)
    except Problem as problem:
        if problem.retryable:
            raise
        # The item is a part of this body, so that is where its pointers lead.
        moved = [FieldError(f"/items/{index}{fault.pointer}", fault.code, fault.detail) for fault in problem.errors]
        problem.errors = tuple(moved)
        told_as = ItemProblem.model_validate(problem.body(who.request_id, docs))
        return BulkResult(index=index, outcome="failed", status=problem.status, id=None, problem=told_as)
    is_gone = body.dry_run and outcome == "created"
    return BulkResult.model_validate(
        {"index": index, "outcome": outcome, "status": _STATUS[outcome], "id": None if is_gone else record_id}
    )


def _faults(results: list[BulkResult]) -> list[FieldError]:
    found = []
    for result in results:
        if result.problem is not None:
            whole = FieldError(f"/items/{result.index}", result.problem.code, result.problem.detail)
            found += result.problem.errors or [whole]
    return found
