"""Which pages of other origins may call from a browser: none but those that the operator names."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# What a page may read of an answer besides its body; whatever is not listed its browser hides.
EXPOSED_HEADERS = (
    "Deprecation",
    "Ecosystem-Version",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-Id",
)
PREFLIGHT_SECONDS = 3600


class AllowedOrigins:
    """Answers preflights of listed origins and lets their pages read every answer, refusals included.

    Edges: any other origin meets the service as if this were not here, so its browser keeps the answer from the page.
    Callers prove who they are by a token in a header and never by a cookie, so no page borrows anybody's credentials.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)
        # Every method and header may be asked for: what is not served is refused by name, as everywhere.
        self.friendly = CORSMiddleware(
            app,
            allow_origins=self.origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_listed = scope["type"] == "http" and Headers(scope=scope).get("origin") in self.origins
        await (self.friendly if is_listed else self.app)(scope, receive, send)
