"""Refusals in the words of OAuth 2.0: a problem like every other, and beside it the code its clients understand."""

from typing import Any, ClassVar

from ecosystem_api.kernel.problem import Problem


class OAuthProblem(Problem):
    """The token request was refused; `error` is the code that OAuth clients understand.

    Decide by `error`, as RFC 6749 (section 5.2) defines it; `detail` says what to change.
    """

    status = 400
    code = "oauth_error"
    title = "Token request refused"
    error: ClassVar[str] = "invalid_request"

    def __init__(self, detail: str | None = None, **kwargs: Any) -> None:
        """A refusal with the two members of RFC 6749 section 5.2 besides its own."""
        super().__init__(detail, **kwargs)
        self.extra = {"error": self.error, "error_description": self.detail, **self.extra}
