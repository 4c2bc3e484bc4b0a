"""docs/deprecations.md: which operations will end, until when they answer, and what to use instead."""

from fastapi.routing import APIRoute

from ecosystem_api.reference.markdown import table
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.http.door import markers_of
from ecosystem_api.runtime.http.farewell import Deprecated


def render(offers: Catalog) -> str:
    """The page."""
    parts = ["# Deprecations\n"]
    parts.append(
        "What is listed here still answers as before and says with every answer that it will end: `Deprecation` (RFC "
        "9745) since when, `Sunset` (RFC 8594) until when, `Link` what to use instead. There is at least a year "
        "between the two. `GET /v1/deprecated-calls` tells which credentials still call what. How versions work "
        "stands in [Versioning](guides/versioning.md).\n"
    )
    rows = [row for area in offers.areas if area.router for route in area.router.routes for row in _rows(route)]
    if rows:
        parts.append(table(["Operation", "Since", "Answers until", "Instead", "Why"], sorted(rows)))
    else:
        parts.append("Nothing is deprecated at present.\n")
    changes = sorted((change.version, change.sentence) for area in offers.areas for change in area.changes)
    parts.append("## Versions\n")
    parts.append(f"Served are {', '.join(f'`{version}`' for version in offers.versions.known)}.\n")
    if changes:
        parts.append(table(["Version", "What it changed"], [[f"`{version}`", said] for version, said in changes]))
    return "\n".join(parts)


def _rows(route: object) -> list[list[str]]:
    if not isinstance(route, APIRoute):
        return []
    return [
        [
            f"`{' '.join(sorted(route.methods or ()))} {route.path}`",
            str(marker.since),
            str(marker.sunset or "not decided"),
            f"`{marker.successor}`" if marker.successor else "",
            marker.note,
        ]
        for marker in markers_of(route)
        if isinstance(marker, Deprecated)
    ]
