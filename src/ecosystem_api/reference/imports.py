"""docs/imports.md: what bulk import accepts, column by column."""

from ecosystem_api.reference.markdown import shape, table
from ecosystem_api.runtime.area import Catalog, ImportKind


def render(offers: Catalog) -> str:
    """The page."""
    parts = ["# Imports\n"]
    parts.append(
        "A kind of record that can be imported in bulk lists its columns here. The key column makes a repeat "
        "recognisable: the same line sent twice changes nothing the second time.\n"
    )
    if not offers.imports:
        parts.append("No room offers an import yet.\n")
    parts += [_kind(kind) for kind in sorted(offers.imports.values(), key=lambda kind: kind.name)]
    return "\n".join(parts)


def _kind(kind: ImportKind) -> str:
    schema = kind.row.model_json_schema(mode="validation")
    required = set(schema.get("required", ()))
    rows = [
        [
            f"`{name}`" + (" (key)" if name == kind.key else ""),
            shape(field),
            "yes" if name in required else "no",
            str(field.get("description", "")),
        ]
        for name, field in schema.get("properties", {}).items()
    ]
    sentence = (kind.row.__doc__ or "").strip().split("\n")[0]
    head = f"## `{kind.name}`\n\n{sentence} Needs the permission `{kind.permission}`.\n\n"
    return head + table(["Column", "Type", "Required", "Meaning"], rows)
