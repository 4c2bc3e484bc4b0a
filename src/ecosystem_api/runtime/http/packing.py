"""What is the same for everybody travels compressed."""

import gzip

from fastapi import Request, Response

_GZIP = "gzip"


def packed(request: Request, answer: Response, small: bytes | None = None) -> Response:
    """The answer, compressed for a client that takes it so; each form of it has a tag of its own.

    Shape: `small` is the compressed body where somebody keeps it.
    Edges: for public texts only: from the length of what is compressed, secrets beside it can be guessed.
    Source: RFC 9110, sections 8.8.3.3 and 12.5.3.
    """
    answer.headers["Vary"] = "Accept-Encoding"
    if not _takes_gzip(request.headers.get("accept-encoding", "")):
        return answer
    answer.body = gzip.compress(answer.body, 6, mtime=0) if small is None else small
    answer.headers["Content-Encoding"] = _GZIP
    answer.headers["Content-Length"] = str(len(answer.body))
    if tag := answer.headers.get("etag"):
        answer.headers["ETag"] = tag[:-1] + f'-{_GZIP}"'
    return answer


def _takes_gzip(accepted: str) -> bool:
    """Whether the coding is named, and not with a weight of nothing."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.replace(" ", "").removeprefix("q=").strip("0.") != "" or not weight.strip()
    return weights.get(_GZIP, weights.get("*", False))
