"""Refusals of a busy service: which budget is spent, and when to come back."""

from math import ceil

from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.problem import TooManyRequests, Unavailable
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.limits.bucket import Policy, Spent


class TooManyAtOnce(TooManyRequests):
    """The vendor's callers have too many requests under way at once; let some finish before sending more.

    Send fewer requests in parallel, and repeat this one after the seconds in `Retry-After`.
    """

    code = "too_many_at_once"
    title = "Too many requests at once"


class Overloaded(Unavailable):
    """The service has more to do than it can; it serves what matters most and refuses the rest at once."""

    code = "overloaded"
    title = "Overloaded"


def spent(found: Spent) -> TooManyRequests:
    """The refusal that names the budget and says when the next request is free."""
    policy: Policy = found.policy
    wait = max(ceil(found.wait_seconds), 1)
    metrics.RATE_LIMITED.labels(found.policy.name).inc()
    size = f"{counted(policy.quota, 'request')} in {counted(policy.window_seconds, 'second')}"
    return TooManyRequests(
        f"The budget `{policy.name}` of {size} is used up; the next is free in {wait} s.",
        headers={"Retry-After": str(wait)},
        budget=policy.name,
        quota=policy.quota,
        window_seconds=policy.window_seconds,
    )
