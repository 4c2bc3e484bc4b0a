"""docs/errors.md: every refusal, what it means and what to do about it."""

from ecosystem_api.reference.markdown import table
from ecosystem_api.runtime.pages.problems import our_problems, remedy


def render() -> str:
    """The page."""
    parts = ["# Error codes\n"]
    parts.append(
        "Every refusal is `application/problem+json` (RFC 9457) with the members `type`, `title`, `status`, `detail`, "
        "`code`, `retryable`, `request_id`, and `errors` where single places of the request are at fault. Decide by "
        "`code`: it never changes. Where `retryable` is true, the same request may succeed when repeated.\n"
    )
    rows = [
        [
            f"`{problem.code}`",
            str(problem.status),
            problem.sentence(),
            "yes" if problem.retryable else "no",
            remedy(problem),
        ]
        for problem in sorted(our_problems().values(), key=lambda problem: (problem.status, problem.code))
    ]
    parts.append(table(["Code", "Status", "What it means", "Retryable", "What to do"], rows))
    return "\n".join(parts)
