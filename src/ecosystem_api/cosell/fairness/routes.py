"""The path of the fairness report."""

from typing import Annotated

from fastapi import Header, Query, Response

from ecosystem_api.cosell.fairness import service
from ecosystem_api.cosell.fairness.schemas import Adjusted, By, FairnessRead
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import JSON, VARY, CurrentTx, allow, in_form, preferred, room_router
from ecosystem_api.runtime.wire import Day

router = room_router("fairness")
_FORMS = {
    "text/html": {"schema": {"type": "string"}, "example": "<article><h1>Are partners treated alike?</h1></article>"}
}


@router.get(
    "/v1/fairness-report",
    response_model=FairnessRead,
    responses={200: {"content": _FORMS, "description": "The report, in the form that `Accept` asks for."}},
)
async def get_fairness_report(
    tx: CurrentTx,
    response: Response,
    who: Annotated[Caller, allow("fairness:read")],
    from_on: Annotated[Day | None, Query(alias="from", description="First day; a year before `to` by default.")] = None,
    until_on: Annotated[
        Day | None, Query(alias="to", description="First day after the window; tomorrow by default.")
    ] = None,
    by: Annotated[By, Query(description="What groups of partners are made by.")] = "size",
    adjust_for: Annotated[
        list[Adjusted] | None,
        Query(
            max_length=4,
            description="In what cases are comparable; repeat it. By default the amount (in thirds of its currency) "
            "and the type of deal.",
        ),
    ] = None,
    accept: Annotated[str, Header(description="application/json or text/html.")] = "application/json",
) -> FairnessRead | Response:
    """Read whether groups of partners are treated alike.

    Approval, time to decision and offers of leads, each group beside all others, with intervals, a test that holds its
    level over all groups of a question, and careful words. Groups of fewer than five partners are not judged. As
    `text/html` it is an article with a plot for each question.
    """
    chosen: list[Adjusted] = ["amount", "deal_type"] if adjust_for is None else sorted(set(adjust_for))
    report = await service.fairness_report(tx, from_on, until_on, by, chosen)
    if preferred(accept, (JSON, *_FORMS)) == "text/html":
        return in_form(service.as_html(report), "text/html")
    response.headers.update(VARY)
    return report
