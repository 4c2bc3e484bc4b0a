"""The codes that a person gives, out of the contract: of docs/facts.md the part that no rule decides."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ecosystem_api.reference.markdown import table

_GIVEN: Final = ("reason", "grounds")
_HOW: Final = """\
## Codes that a person gives

Who asks, decides or takes back says why with a code of a closed list, as `reason` (of a dispute as `grounds`).
Where the decision is read, the code stands in `reasons`. With `other`, say more in `note`.
"""


def render(document: Mapping[str, Any]) -> str:
    """The section: every operation that takes such a code, with the codes it takes."""
    rows = [(f"`{operation}`", ", ".join(f"`{code}`" for code in codes)) for operation, codes in _taken(document)]
    return f"{_HOW}\n{table(('operation', 'codes'), rows)}"


def _taken(document: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for path, operations in sorted(document["paths"].items()):
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                body = _resolved(content["schema"], document)
                for name in _GIVEN:
                    if codes := _closed_list(body.get("properties", {}).get(name, {})):
                        yield f"{method.upper()} {path}", codes


def _closed_list(schema: Mapping[str, Any]) -> list[str]:
    branches = [schema, *schema.get("anyOf", [])]
    return next((branch["enum"] for branch in branches if "enum" in branch), [])


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema
