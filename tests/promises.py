"""Every answer that any test sees is one that the contract promises: its status, and for a refusal its code."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx

DOCUMENT = Path(__file__).parents[1] / "openapi/openapi.json"
_PARAMETER = re.compile(r"\\\{\w+\\\}")


async def keep_promises(answer: httpx.Response) -> None:
    """Fail where an answer is not in the contract; what is asked of no operation of it is not judged."""
    operation = _operation(answer.request.method, answer.request.url.path)
    if operation is None:
        return
    asked = f"{answer.request.method} {answer.request.url.path}"
    told = operation["responses"].get(str(answer.status_code))
    assert told, f"{asked} answers {answer.status_code}, which its operation does not declare"
    if answer.status_code >= 400:
        await answer.aread()
        code = answer.json()["code"]
        assert code in _codes(told), (
            f"{asked} is refused with {code}, which its operation does not declare: name the class after `Errors:` in "
            "the docstring of the use case, then `make docs`"
        )


def _codes(answer: dict[str, Any]) -> set[str]:
    shared: dict[str, Any] = _document()["components"]["responses"]
    whole = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    return set(whole["content"]["application/problem+json"]["examples"])


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, methods in _addresses():
        if pattern.fullmatch(path):
            found: dict[str, Any] | None = methods.get(method.lower())
            return found
    return None


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return document


@cache
def _addresses() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Addresses as patterns, those with fewer parameters first: `/bulk` is itself before it is an id."""
    paths = sorted(_document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(_PARAMETER.sub("[^/]+", re.escape(path))), methods) for path, methods in paths]
