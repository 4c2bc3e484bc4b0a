"""docs/errors.md: every refusal, what it means and what to do about it."""

from ecosystem_api.kernel.problem import Problem, every_problem
from ecosystem_api.reference.markdown import table

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


def render() -> str:
    """The page."""
    parts = ["# Refusals\n"]
    parts.append(
        "Every refusal is `application/problem+json` (RFC 9457) with the members `type`, `title`, `status`, `detail`, "
        "`code`, `retryable`, `request_id`, and `errors` where single places of the request are at fault. Decide by "
        "`code`: it never changes. Where `retryable` is true, the same request may succeed when repeated.\n"
    )
    problems = [problem for problem in every_problem() if problem.__module__.split(".")[0] == __name__.split(".")[0]]
    rows = [
        [
            f"`{problem.code}`",
            str(problem.status),
            problem.sentence(),
            "yes" if problem.retryable else "no",
            remedy(problem),
        ]
        for problem in sorted(problems, key=lambda problem: (problem.status, problem.code))
    ]
    parts.append(table(["Code", "Status", "What it means", "Retryable", "What to do"], rows))
    return "\n".join(parts)


def remedy(problem: type[Problem]) -> str:
    """What to do: the docstring's later lines where a class has some, else the advice of its status."""
    _, _, own = (problem.__doc__ or "").strip().partition("\n")
    if own.strip():
        return own
    if problem.retryable:
        return _REMEDIES[429 if problem.status == 429 else 503]
    return _REMEDIES.get(problem.status, "Read `detail`.")
