"""One thing in several forms: which of them the client would rather read."""

from collections.abc import Sequence

from fastapi import Response

JSON = "application/json"
VARY = {"Vary": "Accept"}


def preferred(accept: str, offered: Sequence[str]) -> str:
    """The form that `Accept` gives the greatest weight; of equals the one that is offered first.

    Edges: where nothing that is offered is accepted, the first, as the standard allows: it tells more than a 406.
    Source: RFC 9110, section 12.5.1.
    """
    ranges = dict(_weighed(part) for part in accept.lower().split(","))

    def weight(form: str) -> float:
        kinds = (form, f"{form.partition('/')[0]}/*", "*/*")
        return next((ranges[kind] for kind in kinds if kind in ranges), 0.0)

    return max(offered, key=weight)


def in_form(text: str, media_type: str) -> Response:
    """A text in one of the forms of what was asked for."""
    return Response(text, media_type=media_type, headers=VARY)


def _weighed(part: str) -> tuple[str, float]:
    media_range, *parameters = (one.strip() for one in part.split(";"))
    weights = [one.removeprefix("q=") for one in parameters if one.startswith("q=")]
    try:
        return media_range, float(weights[0]) if weights else 1.0
    except ValueError:
        return media_range, 0.0
