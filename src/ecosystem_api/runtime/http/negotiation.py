"""A request of an older version, served by today's code: its body is made newer, its answer older."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ecosystem_api.runtime.http.body import parse_json
from ecosystem_api.runtime.versions import Change, UnknownVersion, Versions, downgraded, upgraded


def note_version(request: Request, versions: Versions, operation: str) -> UnknownVersion | None:
    """Read the header; what was asked counts from here, also for refusals.

    Edges: a version that there is not comes back as its refusal, to be raised when it is known who asked for it.
    """
    state = request.scope["state"]
    state["operation"], state["version"] = operation, versions.newest
    said = request.headers.getlist("ecosystem-version")
    if said:
        try:
            state["asked_version"] = state["version"] = versions.asked(said)
        except UnknownVersion as refusal:
            return refusal
    return None


def settle_version(request: Request, versions: Versions, pinned: str | None) -> None:
    """Now that the credential is known: what was asked, else its pin."""
    state = request.scope["state"]
    state["version"] = versions.chosen(state.get("asked_version"), pinned)


def changes_of(request: Request, versions: Versions) -> list[Change]:
    """What the request's operation has gone through since its version; usually nothing."""
    state = request.scope["state"]
    version: str = state["version"]
    return [] if version == versions.newest else versions.changes(version, state["operation"])


def make_newer(request: Request, changes: list[Change], raw: bytes) -> None:
    """Replace the parsed body of an older request by one of today."""
    if changes and hasattr(request, "_json"):
        # Parsed again, so that a second attempt of the same transaction does not upgrade twice.
        request._json = upgraded(changes, parse_json(raw))


def make_older(response: Response, changes: list[Change]) -> Response:
    """The answer as the request's version knows it. Edges: refusals are the same in all versions; so is what
    is streamed."""
    if not changes or response.status_code >= 400 or not (body := getattr(response, "body", b"")):
        return response
    older: Any = downgraded(changes, json.loads(body))
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Response(json.dumps(older, ensure_ascii=False), response.status_code, headers)
