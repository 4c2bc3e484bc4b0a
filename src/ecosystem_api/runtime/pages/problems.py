"""The page of one refusal, where its `type` leads: what it means, what to do, how it looks."""

import json
from functools import cache
from html import escape

from ecosystem_api.kernel.problem import Problem, every_problem
from ecosystem_api.runtime.contract.refusals import example_body
from ecosystem_api.runtime.pages import markdown

_REMEDIES = {
    400: "Correct the request as a whole; nothing of it was read.",
    401: "Ask for a new token with valid credentials.",
    403: "Ask an admin for the permission, or act as somebody who holds it.",
    404: "Check the id and the address; it may belong to somebody else.",
    405: "Use a method listed in `Allow`.",
    409: "Read what stands now; `detail` says what is in the way. Then change the request, or what it contradicts.",
    412: "Read the resource again, redo the change on the new version.",
    413: "Send less at once, or use the import.",
    415: "Send one of the media types listed in `Accept`.",
    422: "Correct the places listed in `errors`.",
    428: "Send `If-Match` with the `ETag` you read.",
    429: "Wait as `Retry-After` says.",
    500: "Report it with the `request_id`.",
    503: "Repeat the same request, waiting longer each time.",
}


@cache
def our_problems() -> dict[str, type[Problem]]:
    """Every refusal of this service by its code."""
    ours = __name__.split(".")[0]
    return {problem.code: problem for problem in every_problem() if problem.__module__.split(".")[0] == ours}


def remedy(problem: type[Problem]) -> str:
    """What to do: the docstring's later lines where a class has some, else the advice of its status."""
    _, _, own = (problem.__doc__ or "").strip().partition("\n")
    if own.strip():
        return own
    if problem.retryable:
        return _REMEDIES[429 if problem.status == 429 else 503]
    return _REMEDIES.get(problem.status, "Read `detail`.")


def problem_body(problem: type[Problem], url: str) -> str:
    """The page's HTML."""
    again = "The same request may succeed later." if problem.retryable else "Repeating the same request will not help."
    example = json.dumps(example_body(problem, url), indent=2, ensure_ascii=False)
    text = (
        f"{problem.sentence()}\n\n**What to do.** {' '.join(remedy(problem).split())}\n\n"
        f"`{problem.code}`, HTTP status {problem.status}. {again}\n\n## How it looks\n\n```json\n{example}\n```\n\n"
        "A refusal may carry members of its own besides: what stands now, what would be possible.\n\n"
        "[All error codes](/docs/errors) · [Handling errors](/docs/guides/errors)\n"
    )
    return f"<h1>{escape(problem.title)}</h1>\n" + markdown.render(markdown.read(text), lambda href: href)
